"""What the browser's parts of the application tests share: Debian's Chromium by Playwright, and checks.

A program is called with the site's address. It prints `ok NAME` or `not ok NAME: why` for every check, and ends with
status 0 when it came to its end, whatever the checks said. A failed check leaves a picture in the folder PICTURES.
"""

import contextlib
import os
import re
import sys
from collections import Counter

from playwright.sync_api import expect, sync_playwright

expect.set_options(timeout=15_000)


class Browser:
    """A browser with one visitor's cookies, and a count of what each web server answered."""

    def __init__(self, playwright, url):
        self.url = url
        # Its sandbox does not work for root; what it visits is ours.
        self._chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        self.served = Counter()
        self.failed = []
        self.context = None
        self.new_visitor()

    def new_visitor(self):
        """Forgets all cookies and closes all tabs."""
        if self.context:
            self.context.close()
        self.context = self.visitor()

    def visitor(self, **options):
        """Another one, with cookies of their own: an empty set of tabs."""
        options = {"base_url": self.url, "viewport": {"width": 1200, "height": 900}} | options
        context = self._chromium.new_context(**options)
        context.set_default_timeout(20_000)
        context.on("response", self._answered)
        return context

    def _answered(self, response):
        server = response.headers.get("x-served-by")
        if server:
            self.served[re.sub(r".*/(\w+)\.sock$", r"\1", server)] += 1
        if response.status >= 500:
            self.failed.append(f"{response.status} of {response.url}")

    def tabs(self, addresses):
        """Opens all of them at the same moment, each in a tab of its own, and waits until they are loaded."""
        opener = self.context.new_page()
        opener.goto("/robots.txt")
        before = len(self.context.pages)
        opener.evaluate("addresses => addresses.forEach(address => window.open(address, '_blank'))", addresses)
        while len(self.context.pages) < before + len(addresses):
            opener.wait_for_timeout(20)
        opened = [page for page in self.context.pages if page.opener() == opener]
        for page in opened:
            page.wait_for_load_state()
        return opened

    def cookie(self, name):
        """A cookie's value; None where there is none of that name."""
        return next((cookie["value"] for cookie in self.context.cookies() if cookie["name"] == name), None)


@contextlib.contextmanager
def check(name, page=None):
    """One check: the body of `with`. It fails by an exception, and by nothing else."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 whatever it is, it belongs into the check's line
        why = re.sub(r"\s+", " ", re.sub(r"\x1b\[\d+m", "", str(error)))[:400]
        if page:
            page.screenshot(path=f"{os.environ['PICTURES']}/{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png")
        print(f"not ok {name}: {type(error).__name__}: {why}", flush=True)
    else:
        print(f"ok {name}", flush=True)


@contextlib.contextmanager
def over_both(browser):
    """What happens in the body of `with` has to reach both web servers."""
    before = browser.served.copy()
    yield
    now = browser.served - before
    assert now["a"] > 0 and now["b"] > 0, f"it came to {dict(now)}"


def run(test, balanced=True):
    """Calls test(browser) with the address of the command line, behind which two servers take turns where it is balanced."""
    with sync_playwright() as playwright:
        browser = Browser(playwright, sys.argv[1])
        test(browser)
        with check("no page of it answered with an error"):
            assert not browser.failed, "; ".join(browser.failed[:5])
        if not balanced:
            return
        total = sum(browser.served.values())
        with check("both web servers had their share of the requests"):
            assert min(browser.served["a"], browser.served["b"]) > total / 4, dict(browser.served)
