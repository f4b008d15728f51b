"""The products that the sandbox stands in for, where they differ: the Znuny that it was measured on, and OTOBO."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """``banner`` and ``login_header`` are what its login pages say in their headers.

    ``cuts_titles``: an update cuts a title that is too long, where others break. ``psgi``: it runs under a server of its
    own (Starman), which keeps the Connection header to itself, and turns a closed connection or a bare error page into an
    answer with the status 500, an empty one or one with a text.
    """

    banner: str
    login_header: str
    longest_title: int
    longest_customer_user: int
    cuts_titles: bool = False
    psgi: bool = False


ZNUNY = Product(banner="Znuny 6.5.x", login_header="X-OTRS-Login", longest_title=255, longest_customer_user=250)
OTOBO = Product(
    banner="OTOBO 11.0.6",
    login_header="X-OTOBO-Login",
    longest_title=191,
    longest_customer_user=191,
    cuts_titles=True,
    psgi=True,
)
