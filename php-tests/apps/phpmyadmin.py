"""phpMyAdmin, as a person would use it."""

import os

from browser import check, expect, over_both, run

LINES = "CREATE TABLE browsed.`lines` (n INT PRIMARY KEY, text VARCHAR(100));\n" + "".join(
    "INSERT INTO browsed.`lines` VALUES " + ",".join(f"({n}, '{'x' * 80}')" for n in range(first, first + 100)) + ";\n"
    for first in range(0, 3000, 100)
)


def sign_in(page):
    page.goto("/index.php")
    page.fill("#input_username", os.environ["DB_USER"])
    page.fill("#input_password", os.environ["DB_PASSWORD"])
    page.click("#input_go")
    signed_in(page)


def signed_in(page):
    expect(page.locator("a[href*='route=/logout']").first).to_be_attached()


def query(page, sql):
    page.goto("/index.php?route=/server/sql")
    page.wait_for_function("window.codeMirrorEditor")
    page.evaluate("sql => window.codeMirrorEditor.setValue(sql)", sql)
    page.click("#button_submit_query")


def test(browser):
    page = browser.context.new_page()
    with check("a wrong password does not come in", page):
        page.goto("/index.php")
        page.fill("#input_username", os.environ["DB_USER"])
        page.fill("#input_password", "wrong-horse")
        page.click("#input_go")
        expect(page.locator("body")).to_contain_text("Access denied")

    with check("signs in", page):
        sign_in(page)

    with check("stays signed in on both servers", page), over_both(browser):
        for _ in range(6):
            page.goto("/index.php?route=/server/databases")
            signed_in(page)
            expect(page.locator("body")).to_contain_text("information_schema")

    with check("sends queries", page), over_both(browser):
        for n in range(1, 4):
            query(page, f"SELECT {n} * 1000007 AS answer")
            expect(page.locator("#page_content .table_results")).to_contain_text(str(n * 1000007))

    with check("makes a database", page):
        query(page, "CREATE DATABASE browsed")
        expect(page.locator("#page_content")).to_contain_text("MySQL returned an empty result set")

    with check("imports a file of 300 KB, with its progress in the session", page), over_both(browser):
        page.goto("/index.php?route=/server/import")
        page.set_input_files("#input_import_file", {"name": "lines.sql", "mimeType": "text/plain", "buffer": LINES.encode()})
        page.click("#buttonGo", no_wait_after=True)
        expect(page.locator("#page_content")).to_contain_text("Import has been successfully finished", timeout=60_000)

    with check("opens ten tabs at once, and is signed in in each"), over_both(browser):
        address = "/index.php?route=/sql&db=browsed&table=lines&pos=0&tab="
        for tab in browser.tabs([f"{address}{n}" for n in range(10)]):
            signed_in(tab)
            expect(tab.locator("#page_content")).to_contain_text("Showing rows")
            tab.close()

    with check("sends a query in one tab while another one's takes seconds", page):
        slow, quick = browser.context.new_page(), browser.context.new_page()
        query(slow, "SELECT SLEEP(4), 'slow' AS which")
        query(quick, "SELECT 'quick' AS which")
        expect(quick.locator("#page_content .table_results")).to_contain_text("quick")
        expect(slow.locator("#page_content .table_results")).to_contain_text("slow")
        slow.close()
        quick.close()

    with check("phpinfo() in it shows rustdb", page):
        page.goto("/index.php?route=/phpinfo")
        expect(page.locator("body")).to_contain_text("session.save_handler")
        expect(page.locator("body")).to_contain_text("rustdb_test.rustdb_sessions")

    with check("signs out on both servers", page), over_both(browser):
        page.goto("/index.php?route=/server/databases")
        page.locator("a[href*='route=/logout']").first.click()
        expect(page.locator("#input_password")).to_be_visible()
        for _ in range(4):
            page.goto("/index.php?route=/server/databases")
            expect(page.locator("#input_password")).to_be_visible()

    with check("signs in again", page):
        sign_in(page)


run(test)
