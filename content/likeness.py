"""Articles like another one, to complete what its editor chose to read next."""

from django.db import connection

from content.engines import ENGINES, Term
from content.models import Article
from content.query import STOP_WORDS, WORD

ENOUGH = 3
CONSIDERED = 12  # of the likest, some may be the article itself, standing pages, or chosen already


def related(article: Article, chosen: list[Article]) -> list[Article]:
    """Return the articles `chosen`, completed to `ENOUGH` by those that have most of the words of this one's title.

    Search's own index ranks them, so a rare word counts for more. Nothing is asked where enough were chosen.
    """
    words = dict.fromkeys(word for word in WORD.findall(article.title.lower()) if word not in STOP_WORDS)
    if len(chosen) >= ENOUGH or not words:
        return chosen
    ids = ENGINES[connection.vendor].ranked([Term((word,)) for word in words], [], any_term=True)[:CONSIDERED]
    found = Article.objects.listed().select_related("section").defer("body", "urgent_help").in_bulk(ids)
    taken = {article.pk, *(other.pk for other in chosen)}
    like = [found[pk] for pk in ids if pk in found and pk not in taken]
    return [*chosen, *like][: max(ENOUGH, len(chosen))]
