"""An editor, a reviewer and the public, each in their own browser."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, give_password

ADDRESS = "/aftercare/aftercare-and-long-term-support/"
LISTED = "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>{}&nbsp;</span>{}</p>"
FROM_WORD = (
    "<h1 style='color:#2F5496'>Why is sleep hard?</h1><p class=MsoNormal>It takes time.</p><h1>What helps?</h1><h2>At night</h2>"
    + "".join(LISTED.format(*item) for item in [("·", "A dark room"), ("·", "No coffee"), ("1.", "Get up"), ("2.", "Go out")])
)


def test_a_proposed_change_is_public_only_when_a_reviewer_publishes_it(sign_in, plain: Page) -> None:
    editor, complaints = sign_in("editor")
    editor.goto("/admin/content/article/?q=finishing+treatment")
    editor.locator("#result_list").get_by_role("link", name="Support after treatment").click()
    editor.get_by_role("button", name="Propose a change").click()
    text = editor.locator(".field-body .tiptap")
    text.locator("p").first.click()
    editor.keyboard.press("Control+Home")
    editor.keyboard.type("A sentence that an editor wrote. ")
    editor.locator(".field-body .prose-menubar__dropdown").nth(1).locator(".prose-menubar__selected").click()
    editor.locator(".prose-menubar__picker:popover-open").get_by_text("Care card: Urgent").click()
    editor.locator("#id_state").select_option("in_review")
    editor.get_by_role("button", name="Save", exact=True).first.click()
    expect(editor.locator(".messagelist")).to_contain_text("was changed successfully")

    plain.goto(ADDRESS)
    expect(plain.locator("main")).not_to_contain_text("A sentence that an editor wrote.")

    reviewer, more = sign_in("reviewer")
    reviewer.get_by_role("link", name="waiting for a reviewer").click()
    reviewer.locator("#result_list").get_by_role("link", name="(proposed change)").click()
    reviewer.locator("#id_state").select_option("published")
    reviewer.get_by_role("button", name="Save", exact=True).first.click()
    expect(reviewer.locator(".messagelist")).to_contain_text("public now")

    plain.wait_for_timeout(1000)  # a change shows in every process within a second
    plain.reload()  # a browser may show its own copy for some seconds more, unless it is asked to look again
    expect(plain.locator("main")).to_contain_text("A sentence that an editor wrote.")
    expect(plain.locator("main .care-urgent").first).to_be_visible()
    assert (complaints, more) == ([], [])


def test_what_an_editor_typed_is_kept_when_it_cannot_be_saved(sign_in) -> None:
    editor, _ = sign_in("editor")
    editor.goto("/admin/content/article/add/")
    editor.locator("#id_title").fill("Sleep")
    editor.locator(".field-body .tiptap").click()
    editor.keyboard.type("People sleep badly at first [nobody-2020].")
    editor.get_by_role("button", name="Save", exact=True).first.click()
    expect(editor.locator(".field-body .errorlist")).to_contain_text("There is no source with the key nobody-2020")
    expect(editor.locator(".field-body .tiptap")).to_contain_text("People sleep badly at first")
    expect(editor.locator("#id_title")).to_have_value("Sleep")


def test_paste_from_word_keeps_headings_and_lists(sign_in) -> None:
    editor, _ = sign_in("editor")  # whose browser says of each style of Word's that the policy blocks it
    editor.goto("/admin/content/article/add/")
    body = editor.get_by_role("textbox", name="Body", exact=True)
    body.evaluate(
        """(body, html) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/html", html);
            body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        FROM_WORD,
    )

    assert body.locator("h2").all_inner_texts() == ["Why is sleep hard?", "What helps?"]
    assert body.locator("h3").all_inner_texts() == ["At night"]
    assert body.locator("ul > li").all_inner_texts() == ["A dark room", "No coffee"]
    assert body.locator("ol > li").all_inner_texts() == ["Get up", "Go out"]


def test_form_checks_spelling_names_its_editors_and_asks_before_words_are_left_behind(sign_in) -> None:
    editor, complaints = sign_in("editor")
    editor.goto("/admin/content/article/add/")
    expect(editor.locator("#id_title")).to_be_focused()
    body = editor.get_by_role("textbox", name="Body", exact=True)
    expect(body).to_have_attribute("spellcheck", "true")
    body.click()
    editor.keyboard.type("Words")

    asked: list[str] = []
    editor.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    editor.evaluate("setTimeout(() => location.assign('/admin/'))")
    editor.wait_for_timeout(500)

    expect(body).to_have_text("Words")
    assert (asked, complaints) == (["beforeunload"], [])


def test_sign_in_that_has_ended_is_said_before_an_article_is_lost(sign_in, site: Site) -> None:
    editor, complaints = sign_in("editor")
    editor.goto("/admin/content/article/add/")
    editor.locator("#id_title").fill("Sleep in the first weeks")
    editor.locator(".field-body .tiptap").click()
    editor.keyboard.type("People sleep badly at first.")
    editor.context.clear_cookies()
    editor.get_by_role("button", name="Save", exact=True).first.click()
    ended = editor.get_by_role("alert").filter(has_text="Not saved: your sign-in has ended")
    expect(ended).to_be_visible()
    with editor.expect_popup() as popup:
        ended.get_by_role("link", name="sign in again").click()
    give_password(popup.value, site, "editor")
    editor.get_by_role("button", name="Save and continue editing").first.click()

    expect(editor.locator(".messagelist, .refused").first).to_be_visible()
    expect(editor.locator("#id_title")).to_have_value("Sleep in the first weeks")
    expect(editor.locator(".field-body .tiptap")).to_have_text("People sleep badly at first.")
    assert complaints == []


def test_writing_keeps_a_sign_in_and_says_at_once_when_it_has_ended(sign_in) -> None:
    editor, _ = sign_in("editor")
    editor.clock.install()
    editor.goto("/admin/content/source/add/")
    editor.clock.fast_forward("05:01")
    with editor.expect_response("**/accounts/"):
        editor.locator("#id_title").press_sequentially("An")
    expect(editor.locator("[data-ended]")).to_be_hidden()

    editor.context.clear_cookies()
    editor.clock.fast_forward("05:01")
    editor.locator("#id_title").press_sequentially(" article")
    expect(editor.get_by_role("alert")).to_contain_text("your sign-in has ended")
    expect(editor.locator("#id_title")).to_have_value("An article")


def test_clock_of_the_admin_offers_hours_as_the_site_writes_them(sign_in) -> None:
    manager, complaints = sign_in("manager")
    manager.goto("/admin/enquiries/desksettings/")
    manager.get_by_role("link", name="Choose a Time").first.click()
    hours = manager.locator(".clockbox ul.timelist").first
    expect(hours.get_by_role("listitem")).to_have_text(["Now", "00:00", "06:00", "12:00", "18:00"])
    hours.get_by_role("link", name="18:00").click()
    expect(manager.get_by_label("working hours from")).to_have_value("18:00:00")
    assert complaints == []
