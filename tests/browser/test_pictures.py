"""A picture on its way from an editor's computer to a reader's screen."""

import io

from PIL import Image
from playwright.sync_api import Page, expect

MOVED = """() => new Promise(done => {
    let moved = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value }))
        .observe({ type: "layout-shift", buffered: true })
    setTimeout(() => done(moved), 500)
})"""


def photograph() -> bytes:
    data = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((2000, 1200)).save(data, "JPEG")
    return data.getvalue()


def test_uploaded_picture_reaches_a_phone_as_a_small_avif_and_nothing_moves(sign_in, visitor: Page) -> None:
    reviewer, complaints = sign_in("reviewer")
    reviewer.goto("/admin/content/picture/add/")
    reviewer.locator("#id_title").fill("A grey sky")
    reviewer.locator("#id_alt").fill("A sky that brightens.")
    reviewer.locator("#id_file").set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg></svg>"})
    reviewer.get_by_role("button", name="Save", exact=True).first.click()
    expect(reviewer.locator(".field-file .errorlist")).to_contain_text("SVG drawings can carry programs")
    expect(reviewer.locator("#id_alt")).to_have_value("A sky that brightens.")
    reviewer.locator("#id_file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()})
    reviewer.get_by_role("button", name="Save", exact=True).first.click()
    expect(reviewer.locator(".messagelist")).to_contain_text("was added successfully")

    reviewer.goto("/admin/content/article/?q=confidentiality")
    reviewer.locator("#result_list .field-name a").first.click()
    path = reviewer.get_by_role("link", name="See it on the site").get_attribute("href") or ""
    picture = reviewer.request.get("/admin/autocomplete/?app_label=content&model_name=article&field_name=picture").json()
    option = picture["results"][0]
    reviewer.evaluate("({id, text}) => document.querySelector('#id_picture').append(new Option(text, id, true, true))", option)
    reviewer.get_by_role("button", name="Save", exact=True).first.click()
    expect(reviewer.locator(".messagelist")).to_contain_text("was changed successfully")

    visitor.wait_for_timeout(1000)  # a change shows in every process within a second
    visitor.set_viewport_size({"width": 390, "height": 800})
    visitor.goto(path)
    image = visitor.get_by_role("img", name="A sky that brightens.")
    image.scroll_into_view_if_needed()
    assert image.evaluate("image => image.complete || new Promise(done => image.onload = () => done(true))")
    assert image.evaluate("image => image.currentSrc").endswith("/480.avif")
    assert image.evaluate("image => image.naturalWidth > 0")
    assert visitor.evaluate(MOVED) == 0
    assert complaints == []
