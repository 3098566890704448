"""What the public reads."""

from content.models.article import Article
from content.models.article_parts import ChangeNote, Citation, Faq
from content.models.clinic import ClinicDetails
from content.models.glossary import GlossaryTerm
from content.models.outside_link import OutsideLink
from content.models.page_count import PageCount
from content.models.picture import Picture
from content.models.redirect import Redirect
from content.models.search import SearchDocument, SearchWord
from content.models.section import Section
from content.models.source import Source
from content.models.starter import StarterRecord
from content.models.support import SupportLine
from content.models.therapy import TherapyProfile
from content.models.version import ContentVersion

__all__ = [
    "Article",
    "ChangeNote",
    "Citation",
    "ClinicDetails",
    "ContentVersion",
    "Faq",
    "GlossaryTerm",
    "OutsideLink",
    "PageCount",
    "Picture",
    "Redirect",
    "SearchDocument",
    "SearchWord",
    "Section",
    "Source",
    "StarterRecord",
    "SupportLine",
    "TherapyProfile",
]
