"""DokuWiki, as a person would use it."""

import base64
import re

from browser import check, expect, over_both, run

PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def signed_in(page):
    expect(page.locator("body")).to_contain_text("Logged in as")


def test(browser):
    page = browser.context.new_page()
    with check("somebody reads without signing in", page):
        page.goto("/doku.php?id=start")
        expect(page.locator("body")).to_contain_text("Log In")

    with check("signs in", page):
        page.goto("/doku.php?id=start&do=login")
        page.fill("input[name=u]", "admin")
        page.fill("input[name=p]", "correct-horse")
        page.click("#dw__login button[type=submit]")
        signed_in(page)

    with check("stays signed in on both servers", page), over_both(browser):
        for _ in range(6):
            page.goto("/doku.php?id=start")
            signed_in(page)

    with check("edits a page several times, each form on whichever server", page), over_both(browser):
        for version in range(1, 7):
            page.goto("/doku.php?id=notes&do=edit")
            page.fill("textarea[name=wikitext]", f"====== Notes ======\nThis is version {version}.")
            page.click("#edbtn__preview")
            expect(page.locator(".preview")).to_contain_text(f"version {version}")
            page.click("#edbtn__save")
            expect(page.locator(".page")).to_contain_text(f"This is version {version}.")

    with check("uploads a picture", page), over_both(browser):
        page.goto("/doku.php?id=notes&do=media&tab_files=upload")
        page.set_input_files("input[type=file]", {"name": "dot.png", "mimeType": "image/png", "buffer": PICTURE})
        page.click("#mediamanager__upload_button")
        # It is on its way by a script, and there when the list has it.
        page.wait_for_timeout(300)
        page.goto("/doku.php?id=notes&do=media&tab_files=files")
        expect(page.locator("#media__content, #mediamanager__page")).to_contain_text("dot.png")
        answer = page.request.get("/lib/exe/fetch.php?media=dot.png")
        assert answer.body() == PICTURE, f"{answer.status}, {len(answer.body())} bytes"

    with check("opens twelve tabs at once, and is signed in in each"), over_both(browser):
        for tab in browser.tabs([f"/doku.php?id=notes&tab={n}" for n in range(12)]):
            signed_in(tab)
            tab.close()

    with check("edits in two tabs by turns"):
        tabs = browser.tabs(["/doku.php?id=one&do=edit", "/doku.php?id=two&do=edit"])
        for name, tab in zip(("one", "two"), sorted(tabs, key=lambda tab: tab.url)):
            tab.fill("textarea[name=wikitext]", f"Page {name}.")
        for tab in tabs:
            tab.click("#edbtn__save")
        for name in ("one", "two"):
            page.goto(f"/doku.php?id={name}")
            expect(page.locator(".page")).to_contain_text(f"Page {name}.")

    with check("signs out, in all tabs and on both servers", page), over_both(browser):
        page.goto("/doku.php?id=start")
        page.get_by_role("link", name="Log Out").first.click()
        expect(page.locator("body")).to_contain_text("Log In")
        for _ in range(4):
            page.goto("/doku.php?id=notes&do=edit")
            expect(page.locator("body")).not_to_contain_text("Logged in as")
            expect(page.locator("#edbtn__save")).to_have_count(0)
    assert re.search("DokuWiki", " ".join(cookie["name"] for cookie in browser.context.cookies()))


run(test)
