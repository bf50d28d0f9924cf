"""The example of a member area, as members and administrators would use it."""

import os
import time

from browser import check, expect, run


def sign_in(page, name, password="correct horse"):
    page.goto("/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def is_signed_in(page, name):
    page.goto("/")
    expect(page.locator("#member")).to_have_text(name)


def is_signed_out(page):
    page.goto("/devices.php")
    expect(page.get_by_role("heading")).to_have_text("Sign in")


def keeps(page):
    """The session's id, which the browser is to keep for weeks."""
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "member"]
    assert cookie["expires"] > time.time() + 20 * 86400, cookie
    return cookie["value"]


def test(browser):
    laptop = browser.visitor(user_agent="Laptop").new_page()
    # No script runs on any page, so a browser that runs none is as good.
    phone = browser.visitor(user_agent="Phone", java_script_enabled=False, base_url=os.environ["URL_B"]).new_page()

    with check("a wrong password does not come in", laptop):
        sign_in(laptop, "alice", "battery staple")
        expect(laptop.get_by_role("status")).to_have_text("Name or password is wrong.")
        expect(laptop.get_by_label("Name")).to_have_value("alice")

    with check("a member signs in on two devices, one per server, and sees both", laptop):
        sign_in(laptop, "alice")
        expect(laptop.get_by_role("heading")).to_have_text("Welcome, alice")
        sign_in(phone, "alice")
        is_signed_in(phone, "alice")
        laptop.get_by_role("link", name="Your devices").click()
        expect(laptop.locator("li b")).to_have_text(["Phone", "Laptop"])
        expect(laptop.locator("li", has_text="Laptop")).to_contain_text("This device")
        expect(laptop.get_by_role("main").get_by_role("button", name="Sign out", exact=True)).to_have_count(1)

    with check("one device signs out the other", laptop):
        laptop.locator("li", has_text="Phone").get_by_role("button", name="Sign out").click()
        expect(laptop.get_by_role("status")).to_have_text("That device is signed out.")
        expect(laptop.locator("li b")).to_have_text(["Laptop"])
        is_signed_out(phone)
        is_signed_in(laptop, "alice")

    with check("a new password signs out everywhere else", phone):
        sign_in(phone, "alice")
        phone.get_by_role("link", name="Password", exact=True).click()
        phone.get_by_label("Old password").fill("correct horse")
        phone.get_by_label("New password").fill("battery staple")
        phone.get_by_role("button", name="Change it").click()
        expect(phone.get_by_role("status")).to_have_text("Your password is changed. Signed out on 1 other device.")
        is_signed_out(laptop)
        is_signed_in(phone, "alice")
        sign_in(laptop, "alice", "battery staple")
        is_signed_in(laptop, "alice")

    with check("an administrator sees who is here, as numbers and as a plot", laptop):
        visitor = browser.visitor().new_page()
        visitor.goto("/")
        laptop.goto("/admin.php")
        for name, number in {"visitors": 2, "signed-in": 2, "members": 1, "once": 1}.items():
            expect(laptop.locator(f"#{name}")).to_have_text(str(number))
        plots = laptop.get_by_role("img")
        expect(plots).to_have_count(2)
        last = plots.first.locator("rect.signed_in").last.bounding_box()
        assert last["height"] > 50 and last["width"] > 10, last
        laptop.get_by_text("The numbers").click()
        expect(laptop.get_by_role("row").last.get_by_role("cell")).to_have_text(["2", "2", "1"])

    with check("who ticks the box has a cookie that outlives the browser, and keeps it when the password changes", phone):
        tablet = browser.visitor(user_agent="Tablet").new_page()
        tablet.goto("/")
        tablet.get_by_label("Keep me signed in").check()
        tablet.get_by_label("Name").fill("bob")
        tablet.get_by_label("Password").fill("correct horse")
        tablet.get_by_role("button", name="Sign in").click()
        expect(tablet.locator("#member")).to_have_text("bob")
        ids = {keeps(tablet)}
        tablet.goto("/password.php")
        tablet.get_by_label("Old password").fill("correct horse")
        tablet.get_by_label("New password").fill("correct horse")
        tablet.get_by_role("button", name="Change it").click()
        expect(tablet.get_by_role("status")).to_contain_text("Your password is changed.")
        ids.add(keeps(tablet))
        assert len(ids) == 2, ids

    with check("signing out ends it", laptop):
        laptop.get_by_role("button", name="Sign out").click()
        expect(laptop.get_by_role("heading")).to_have_text("Sign in")
        laptop.go_back()
        is_signed_out(laptop)
        is_signed_in(phone, "alice")


run(test, balanced=False)
