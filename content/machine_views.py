"""What other programs read: share pictures, and the list of reviewed pages for language models."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from content import share_picture
from content.models import Article
from content.site import site, site_root

YEAR = 60 * 60 * 24 * 365


@require_safe
def article_picture(request: HttpRequest, section: str, name: str) -> HttpResponse:
    """Send the share picture of a published article."""
    slug = name.partition(".")[0]
    article = Article.objects.listed().select_related("section").filter(section__slug=section, slug=slug).first()
    if article is None:
        raise Http404
    clinic_name = site(request).clinic.clinic_name
    words = share_picture.words_for(article, clinic_name)
    return _picture(request, share_picture.address_of(article, clinic_name), f"{section}/{name}", words)


@require_safe
def site_picture(request: HttpRequest, name: str) -> HttpResponse:
    """Send the share picture of every other page."""
    clinic_name = site(request).clinic.clinic_name
    return _picture(request, share_picture.site_address(clinic_name), name, share_picture.site_words(clinic_name))


def _picture(request: HttpRequest, address: str, name: str, words: tuple[str, str, str, str]) -> HttpResponse:
    """Send a picture, or lead from the address that it had with an older title to the one it has now."""
    if request.path != address:
        return HttpResponseRedirect(address)
    picture = share_picture.stored(name, lambda: share_picture.draw(*words))
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": f"public, max-age={YEAR}, immutable"})


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """List for language models the pages that a clinician has reviewed, and only those (https://llmstxt.org/)."""
    root = site_root(request)
    reviewed = Article.objects.listed().exclude(last_reviewed=None).filter(changed_since_review=None).select_related("section")
    entries = [
        f"- [{article.title}]({root}{article.get_absolute_url()}): {article.summary}"
        f" Reviewed by {article.reviewer_role} on {article.last_reviewed}."
        for article in reviewed.iterator()
    ]
    lines = [
        f"# {site(request).clinic.clinic_name}",
        "",
        "> Plain, sourced information about ketamine dependence and its treatment, for the UK. It is not medical advice.",
        "> In an emergency, people in the UK call 999. For urgent mental health help they call 111.",
        "",
        "## Pages that a clinician has reviewed",
        "",
        *(entries or ["No page has been reviewed yet."]),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
