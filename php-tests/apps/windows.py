"""The example of a session per browser window, as a person would use it."""

import os

from browser import check, expect, run


def order(page, dish):
    page.click(f"button[value={dish}]")
    page.wait_for_load_state()


def shows(page, **ordered):
    for dish in ["soup", "risotto", "dumplings", "tart"]:
        expect(page.locator(f"#{dish}")).to_have_text(str(ordered.get(dish, 0)))


def new_window(page):
    """Presses the button, and returns the tab that opens and the window's name."""
    with page.expect_popup() as opened:
        page.click("text=New window")
    tab = opened.value
    tab.wait_for_url("**/?window=menu*")
    return tab, tab.url.split("=")[1]


def test(browser):
    first = browser.context.new_page()
    with check("the first window is menu0", first):
        first.goto("/")
        expect(first).to_have_title("Lunch order of menu0")
        order(first, "soup")
        order(first, "soup")
        shows(first, soup=2)

    second, name = new_window(first)
    with check("a new window is another tab with a copy, under another name", second):
        assert name != "menu0", name
        expect(second.locator("h1")).to_have_text(f"Lunch order of {name}")
        shows(second, soup=2)
        assert browser.cookie("menu0") != browser.cookie(name) is not None

    with check("both tabs go their own way, on either server", second):
        order(second, "tart")
        order(first, "risotto")
        order(second, "tart")
        shows(first, soup=2, risotto=1)
        shows(second, soup=2, tart=2)
        second.click("text=The same window from server B")
        expect(second.locator("body")).to_contain_text("Answered by server B")
        assert second.url == f"{os.environ['URL_B']}/?window={name}", second.url
        order(second, "dumplings")
        for page, ordered in [(first, {"soup": 2, "risotto": 1}), (second, {"soup": 2, "tart": 2, "dumplings": 1})]:
            page.reload()
            shows(page, **ordered)

    with check("the address in a third tab is the same window", second):
        third = browser.context.new_page()
        third.goto(f"/?window={name}")
        shows(third, soup=2, tart=2, dumplings=1)
        third.close()

    with check("a window of a window has that one's order, and the first is as it was", first):
        third, of_second = new_window(second)
        assert of_second not in ("menu0", name), of_second
        shows(third, soup=2, tart=2, dumplings=1)
        first.reload()
        shows(first, soup=2, risotto=1)
        expect(first.locator("nav a")).to_have_text(sorted(["menu0", name, of_second], key=lambda window: int(window[4:])))

    with check("a closed order is gone, and the others stay", third):
        third.click("text=Close this order")
        third.wait_for_url("**/?window=menu0")
        shows(third, soup=2, risotto=1)
        third.goto(f"/?window={of_second}")
        expect(third.locator("[role=alert]")).to_have_text(f"This browser has no window {of_second}.")
        second.reload()
        shows(second, soup=2, tart=2, dumplings=1)

    with check("another person's browser has windows of its own", first):
        other = browser.visitor()
        page = other.new_page()
        page.goto(f"/?window={name}")
        expect(page.locator("[role=alert]")).to_have_text(f"This browser has no window {name}.")
        page.goto("/")
        shows(page)
        other.close()

    with check("it works without JavaScript, by keyboard", first):
        plain = browser.visitor(java_script_enabled=False)
        page = plain.new_page()
        page.goto("/")
        page.locator("button[value=soup]").focus()
        page.keyboard.press("Enter")
        shows(page, soup=1)
        tab, _ = new_window(page)
        shows(tab, soup=1)
        plain.close()


run(test, balanced=False)
