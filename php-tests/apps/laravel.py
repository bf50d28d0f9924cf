"""The small Laravel application, as a person would use it."""

from browser import check, expect, over_both, run


def sign_in(page, password, remember=False):
    page.goto("/index.php/login")
    page.fill("input[name=email]", "ada@example.com")
    page.fill("input[name=password]", password)
    page.set_checked("input[name=remember]", remember)
    page.click("text=Sign in")


def signed_in(page):
    expect(page.locator("#user")).to_have_text("ada@example.com")


def signed_out(page):
    page.goto("/index.php/account")
    expect(page.locator("input[name=password]")).to_be_visible()


def poll(page):
    """Lets a script of the tab ask ten times a second, and tell what it was answered."""
    page.evaluate(
        """() => {
            window.answers = [];
            const ask = async () => {
                const answer = await fetch("/index.php/poll", {headers: {"X-Requested-With": "XMLHttpRequest"}});
                window.answers.push(answer.status + " " + await answer.text());
            };
            window.poll = setInterval(ask, 100);
        }"""
    )


def answered(page, count):
    """Waits for so many answers more, and returns all that there were."""
    page.evaluate("count => window.wanted = window.answers.length + count", count)
    page.wait_for_function("window.answers.length >= window.wanted")
    return page.evaluate("window.answers")


def add(page, article):
    page.fill("input[name=article]", article)
    page.click("text=Add to cart")
    expect(page.locator("#cart")).to_contain_text(article)


def test(browser):
    page = browser.context.new_page()
    with check("a wrong password does not come in", page):
        sign_in(page, "wrong-horse")
        expect(page.locator(".message")).to_have_text("Wrong password.")
        expect(page.locator("input[name=email]")).to_have_value("ada@example.com")

    before = browser.cookie("laravel_session")
    with check("signs in, with a new session id", page), over_both(browser):
        sign_in(page, "correct-horse")
        signed_in(page)
        assert browser.cookie("laravel_session") not in (None, before)

    other = browser.context.new_page()
    with check("two tabs poll, and are signed in", page):
        for tab in (page, other):
            tab.goto("/index.php/")
            poll(tab)
            answers = answered(tab, 5)
            assert set(answers) == {'200 {"user":"ada@example.com"}'}, answers

    with check("what each of two tabs puts into the cart is in it, while a third one polls", page), over_both(browser):
        third = browser.context.new_page()
        third.goto("/index.php/")
        poll(third)
        for n in range(4):
            for name, tab in (("left", page), ("right", other)):
                add(tab, f"{name}{n}")
        page.goto("/index.php/")
        expect(page.locator("#cart li")).to_have_text([f"{name}{n}" for n in range(4) for name in ("left", "right")])
        answers = answered(third, 3)
        assert set(answers) == {'200 {"user":"ada@example.com"}'}, answers
        third.close()

    with check("opens ten tabs at once, and is signed in in each"), over_both(browser):
        for tab in browser.tabs(["/index.php/account"] * 5 + ["/index.php/"] * 5):
            signed_in(tab)
            tab.close()

    with check("a wizard says what is wrong, once, and ends with what was entered", page), over_both(browser):
        page.goto("/index.php/wizard/name")
        for step, value in (("name", "Ada"), ("city", "London"), ("email", "ada")):
            expect(page.locator("h1")).to_have_text(step)
            page.fill("input[name=value]", value)
            page.click("text=Next")
        expect(page.locator(".message")).to_have_text("That is no address.")
        expect(page.locator("input[name=value]")).to_have_value("ada")
        page.reload()
        expect(page.locator(".message")).to_have_count(0)
        page.fill("input[name=value]", "ada@example.com")
        page.click("text=Next")
        expect(page.locator("main")).to_have_text('{"name":"Ada","city":"London","email":"ada@example.com"}')

    with check("signs out in all tabs, though one of them polls", page), over_both(browser):
        other.goto("/index.php/")
        poll(other)
        answered(other, 3)
        page.goto("/index.php/")
        page.click("text=Sign out")
        # Not its message: a poll that comes before the page is shown has taken it.
        expect(page.locator("text=Sign in")).to_be_visible()
        assert answered(other, 5)[-1] == '200 {"user":null}', other.evaluate("window.answers")
        for _ in range(4):
            signed_out(page)
        other.close()

    with check("is remembered when the browser was closed", page):
        sign_in(page, "correct-horse", remember=True)
        signed_in(page)
        browser.context.clear_cookies(name="laravel_session")
        page.goto("/index.php/account")
        signed_in(page)


run(test)
