"""How long the columns of the product are that answers."""

from __future__ import annotations

from collections.abc import Iterator

from otrs_bridge.domain.checkup import CheckResult, passed, warned
from otrs_bridge.domain.otrs_limits import LENGTHS, SMALLEST, Platform
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.words import Words

_NAMES = {Platform.OTRS: "OTRS", Platform.ZNUNY: "Znuny", Platform.OTOBO: "OTOBO"}


def lengths(checkup: Checkup) -> Iterator[CheckResult]:
    """How long a title and a customer may be that the bridge writes; longer ones would be lost in silence."""
    page, platform = checkup.page, checkup.platform
    columns = LENGTHS[platform] if platform else SMALLEST
    told = Words(
        ru=f"тема — до {columns.title} знаков, клиент — до {columns.customer_user}",
        en=f"titles up to {columns.title} characters, customers up to {columns.customer_user}",
    )
    if platform is None:
        yield passed(
            "lengths",
            ru=f"OTRS не показывает, что это за продукт: {told.ru}, как в OTOBO (otrs.platform скажет точнее)",
            en=f"it does not show which product this is: {told.en}, as in OTOBO (otrs.platform can say more)",
        )
    elif page.platform and LENGTHS[page.platform] != columns:
        theirs = LENGTHS[page.platform]
        yield warned(
            "lengths",
            Words(
                ru=f"в otrs.platform указан {_NAMES[platform]} ({told.ru}), а отвечает {_NAMES[page.platform]}",
                en=f"otrs.platform says {_NAMES[platform]} ({told.en}), and {_NAMES[page.platform]} answers",
            ),
            Words(
                ru=f"config.yaml: otrs.platform: auto (там хранится до {theirs.title} и {theirs.customer_user} знаков)",
                en=f"config.yaml: otrs.platform: auto (it holds {theirs.title} and {theirs.customer_user} characters)",
            ),
        )
    else:
        yield passed("lengths", ru=f"{_NAMES[platform]}: {told.ru}", en=f"{_NAMES[platform]}: {told.en}")
