"""Adminer, as a person would use it."""

import os
from urllib.parse import urlencode

from browser import check, expect, over_both, run

LINES = "CREATE DATABASE browsed;\nCREATE TABLE browsed.`lines` (n INT PRIMARY KEY, text VARCHAR(100));\n" + "".join(
    "INSERT INTO browsed.`lines` VALUES " + ",".join(f"({n}, '{'x' * 80}')" for n in range(first, first + 100)) + ";\n"
    for first in range(0, 3000, 100)
)


def address(**more):
    return "/conf.php?" + urlencode({"server": os.environ["DB_SERVER"], "username": os.environ["DB_USER"], **more})


def sign_in(page, password):
    page.goto("/")
    page.select_option("select[name='auth[driver]']", "server")
    page.fill("input[name='auth[server]']", os.environ["DB_SERVER"])
    page.fill("input[name='auth[username]']", os.environ["DB_USER"])
    page.fill("input[name='auth[password]']", password)
    page.click("input[value=Login]")


def signed_in(page):
    expect(page.locator("#logout")).to_be_visible()


def query(page, sql):
    page.goto(address(sql=sql))
    page.click("input[value=Execute]")


def test(browser):
    page = browser.context.new_page()
    with check("a wrong password does not come in", page):
        sign_in(page, "wrong-horse")
        expect(page.locator(".error")).to_contain_text("Access denied")

    before = browser.cookie("adminer_sid")
    with check("signs in, with a new session id", page):
        sign_in(page, os.environ["DB_PASSWORD"])
        signed_in(page)
        assert browser.cookie("adminer_sid") not in (None, before)

    with check("stays signed in on both servers", page), over_both(browser):
        for _ in range(6):
            page.goto(address())
            signed_in(page)

    with check("sends queries", page), over_both(browser):
        for n in range(1, 5):
            query(page, f"SELECT {n} * 1000007 AS answer")
            expect(page.locator("#content")).to_contain_text(str(n * 1000007))

    with check("imports a file", page), over_both(browser):
        page.goto(address(**{"import": ""}))
        page.set_input_files("input[name='sql_file[]']", {"name": "lines.sql", "mimeType": "text/plain", "buffer": LINES.encode()})
        page.locator("input[value=Execute]").first.click(no_wait_after=True)
        expect(page.locator("#content")).to_contain_text("32 queries executed OK", timeout=60_000)
        page.goto(address(db="browsed"))
        expect(page.locator("#content")).to_contain_text("lines")

    with check("opens twelve tabs at once, and is signed in in each"), over_both(browser):
        for tab in browser.tabs([address(db="browsed", select="lines", page=n) for n in range(12)]):
            signed_in(tab)
            expect(tab.locator("#content")).to_contain_text("Select: lines")
            tab.close()

    with check("changes a row, and is told so on the next page, whichever server has it", page), over_both(browser):
        for n in range(4):
            page.goto(address(db="browsed", edit="lines", **{"where[n]": n}))
            page.fill("[name='fields[text]']", f"changed {n}")
            page.click("input[value=Save]")
            expect(page.locator(".message")).to_contain_text("Item has been updated")

    with check("a message is shown once", page):
        page.reload()
        expect(page.locator(".message")).to_have_count(0)

    with check("sends a query in one tab while another one's takes seconds"):
        slow, quick = browser.context.new_page(), browser.context.new_page()
        slow.goto(address(sql="SELECT SLEEP(4), 'slow' AS which"))
        slow.click("input[value=Execute]", no_wait_after=True)
        query(quick, "SELECT 'quick' AS which")
        expect(quick.locator("#content")).to_contain_text("quick")
        expect(slow.locator("#content")).to_contain_text("slow")
        slow.close()
        quick.close()

    with check("signs out on both servers", page), over_both(browser):
        page.goto(address())
        page.click("#logout")
        expect(page.locator("input[name='auth[password]']")).to_be_visible()
        for _ in range(4):
            page.goto(address(db="browsed"))
            expect(page.locator("input[name='auth[password]']")).to_be_visible()


run(test)
