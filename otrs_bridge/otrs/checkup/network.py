"""The way to OTRS: name service, connection and certificate, told apart because different people mend them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests
import requests.utils
from urllib3.util.ssl_ import create_urllib3_context

from otrs_bridge.domain.checkup import CheckResult, failed, not_checked, passed, warned
from otrs_bridge.errors import ExitCode
from otrs_bridge.otrs.checkup.checkup import Checkup
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.words import Words

NAME = "network"
_SOON_DAYS = 14
_CERTIFICATE_TROUBLE = {
    9: Words(ru="сертификат ещё не действует", en="the certificate is not valid yet"),
    10: Words(ru="срок сертификата истёк", en="the certificate has expired"),
    18: Words(ru="сертификат самоподписанный", en="the certificate is self-signed"),
    19: Words(ru="сертификат выдан неизвестным центром", en="the certificate comes from an unknown authority"),
    20: Words(ru="сертификат выдан неизвестным центром", en="the certificate comes from an unknown authority"),
    62: Words(ru="сертификат выдан на другое имя", en="the certificate is for another name"),
    64: Words(ru="сертификат выдан на другой адрес", en="the certificate is for another address"),
}


def network(checkup: Checkup) -> Iterator[CheckResult]:
    """Name, connection, TLS: the first that fails."""
    connection = checkup.connection
    settings = requests.Session().merge_environment_settings(
        connection.url, {}, None, connection.certificate_check, None
    )
    proxy = requests.utils.select_proxy(connection.url, settings["proxies"])
    if proxy:
        shown = urlsplit(proxy).hostname or "?"
        yield not_checked(
            NAME,
            Words(
                ru=f"запросы идут через прокси {shown} (переменные HTTP_PROXY/HTTPS_PROXY): имя и сертификат проверяет он",
                en=f"requests go through the proxy {shown} (HTTP_PROXY/HTTPS_PROXY): name and certificate are its matter",
            ),
        )
        return
    parts = urlsplit(connection.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        yield _no_name(host)
        return
    try:
        plain = socket.create_connection((host, port), timeout=connection.connect_timeout)
    except OSError as error:
        yield _no_connection(host, port, error)
        return
    with plain:
        if parts.scheme == "https":
            yield _encrypted(plain, host, port, connection, _trusted(settings["verify"]), checkup.clock.now())
        else:
            where = f"{addresses[0][4][0]}:{port}"
            yield passed(NAME, ru=f"{where} отвечает (без шифрования)", en=f"{where} answers (not encrypted)")


def _encrypted(
    plain: socket.socket, host: str, port: int, connection: OtrsConnection, trust: str | None, now: datetime
) -> CheckResult:
    try:
        context = _context(connection, trust)
    except OSError as error:
        return failed(
            NAME,
            Words(ru=f"файл сертификатов не читается: {error}", en=f"a certificate file cannot be read: {error}"),
            Words(
                ru="config.yaml: проверьте otrs.ca_bundle, otrs.client_certificate, otrs.client_key и права на эти файлы",
                en="config.yaml: check otrs.ca_bundle, otrs.client_certificate, otrs.client_key and who may read them",
            ),
            ExitCode.OTRS_UNAVAILABLE,
        )
    try:
        with context.wrap_socket(plain, server_hostname=host) as secure:
            return _certificate(secure.getpeercert() or {}, f"{host}:{port}", now)
    except ssl.SSLCertVerificationError as error:
        return _distrusted(error)
    except OSError as error:
        words = getattr(error, "reason", None) or error.strerror or type(error).__name__
        return failed(
            NAME,
            Words(
                ru=f"{host}:{port} отвечает, но не по TLS ({words})",
                en=f"{host}:{port} answers, but not in TLS ({words})",
            ),
            Words(
                ru="config.yaml, otrs.url: http вместо https, или другой порт; если сервер требует клиентский сертификат "
                "— otrs.client_certificate и otrs.client_key",
                en="config.yaml, otrs.url: http instead of https, or another port; if the server wants a client "
                "certificate: otrs.client_certificate and otrs.client_key",
            ),
            ExitCode.OTRS_UNAVAILABLE,
        )


def _trusted(verify: object) -> str | None:
    """The file or folder with the authorities to trust; None: nobody is asked."""
    if verify is False:
        return None
    return verify if isinstance(verify, str) else requests.utils.DEFAULT_CA_BUNDLE_PATH


def _context(connection: OtrsConnection, trust: str | None) -> ssl.SSLContext:
    """Built as requests builds it, so that the verdict is the one that counts."""
    context = create_urllib3_context()
    if trust is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        folder = Path(trust).is_dir()
        context.load_verify_locations(cafile=None if folder else trust, capath=trust if folder else None)
    if connection.client_certificate:
        context.load_cert_chain(connection.client_certificate, connection.client_key)
    return context


def _certificate(certificate: Mapping[str, object], where: str, now: datetime) -> CheckResult:
    expiry = certificate.get("notAfter")
    if not isinstance(expiry, str):
        return passed(NAME, ru=f"{where} отвечает по TLS", en=f"{where} answers in TLS")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(expiry), UTC)
    day = ends.date().isoformat()
    if (ends - now).days >= _SOON_DAYS:
        return passed(
            NAME,
            ru=f"{where} отвечает, сертификат действителен до {day}",
            en=f"{where} answers, its certificate is valid until {day}",
        )
    return warned(
        NAME,
        Words(ru=f"сертификат {where} действует только до {day}", en=f"the certificate of {where} ends on {day}"),
        Words(ru="на веб-сервере OTRS: обновите сертификат", en="on OTRS's web server: renew the certificate"),
    )


def _distrusted(error: ssl.SSLCertVerificationError) -> CheckResult:
    trouble = _CERTIFICATE_TROUBLE.get(
        error.verify_code,
        Words(ru=f"сертификат не принят: {error.verify_message}", en=f"certificate: {error.verify_message}"),
    )
    return failed(
        NAME,
        trouble,
        Words(
            ru="свой удостоверяющий центр: укажите его файл в otrs.ca_bundle; срок или имя: замените сертификат на "
            "веб-сервере OTRS или поправьте имя в otrs.url",
            en="an authority of your own: name its file in otrs.ca_bundle; expired or for another name: replace the "
            "certificate on OTRS's web server, or correct the name in otrs.url",
        ),
        ExitCode.OTRS_UNAVAILABLE,
    )


def _no_name(host: str) -> CheckResult:
    return failed(
        NAME,
        Words(ru=f"имя {host} не найдено в DNS", en=f"the name {host} is not known to the name service (DNS)"),
        Words(
            ru="проверьте otrs.url; на этой машине — /etc/resolv.conf и /etc/hosts",
            en="check otrs.url; on this machine /etc/resolv.conf and /etc/hosts",
        ),
        ExitCode.OTRS_UNAVAILABLE,
    )


def _no_connection(host: str, port: int, error: OSError) -> CheckResult:
    slow = isinstance(error, TimeoutError)
    why = Words(ru="не отвечает", en="does not answer") if slow else Words(ru="не принимает соединение", en="refuses")
    words = "" if slow else f" ({(error.strerror or type(error).__name__).lower()})"
    return failed(
        NAME,
        Words(ru=f"{host}:{port} {why.ru}{words}", en=f"{host}:{port} {why.en}{words}"),
        Words(
            ru="работает ли веб-сервер OTRS (systemctl status apache2), пропускает ли нас "
            "межсетевой экран, верен ли порт в otrs.url",
            en="is OTRS's web server running (systemctl status apache2), does a firewall let "
            "us through, is the port in otrs.url right",
        ),
        ExitCode.OTRS_UNAVAILABLE,
    )
