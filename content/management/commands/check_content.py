from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from content.models import Article
from content.quality.report import ArticleReport, Checker


class Command(BaseCommand):
    """Reports on every published article, so that what must not be published is seen before readers see it."""

    help = "Check the published articles: words, reading age, sources, terms, pictures, links and review."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="Check drafts and articles in review too.")

    def handle(self, *, all: bool, **options: object) -> None:
        articles = (
            (Article.objects.all() if all else Article.objects.published()).with_page().order_by("section__order", "order")
        )
        checker = Checker()
        reports = [checker.report(article) for article in articles]
        for report in reports:
            self._write(report)
        refused = [report for report in reports if not report.publishable]
        if refused:
            raise CommandError(f"{len(refused)} of {len(reports)} articles must not be published as they are.")
        self.stdout.write(self.style.SUCCESS(f"{len(reports)} articles checked; none has anything that must not be published."))

    def _write(self, report: ArticleReport) -> None:
        figures = report.readability
        self.stdout.write(
            f"{report.article.slug:36} {figures.words:5} words  reading age {figures.reading_age:4}"
            f"  longest sentence {figures.longest_sentence:2}  review {report.review:12}"
            f"  {'ok' if report.publishable else 'NOT FIT TO PUBLISH'}"
        )
        for problem in report.problems:
            self.stdout.write(f"    {'' if problem.blocks else 'note: '}{problem}")
