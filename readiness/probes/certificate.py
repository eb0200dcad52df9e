"""The facts of a certificate, as evidence."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def facts_of(shown: bytes, now: datetime) -> dict[str, Any]:
    """Of a certificate in DER. Raises `ValueError` when it cannot be read."""
    facts = _facts_of(shown)
    return {**facts, "days_left": (datetime.fromisoformat(facts["not_after"]) - now) // timedelta(days=1)}


# The same certificate is shown at every run for months.
@lru_cache(maxsize=1024)
def _facts_of(shown: bytes) -> Mapping[str, Any]:
    certificate = x509.load_der_x509_certificate(shown)
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "names": _names(certificate),
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
        "serial": f"{certificate.serial_number:x}",
        "sha256": hashlib.sha256(shown).hexdigest(),
        "key": _key(certificate),
    }


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]


def _key(certificate: x509.Certificate) -> str:
    match certificate.public_key():
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return f"EC {key.curve.name}"
        case key:
            return type(key).__name__.lstrip("_").removesuffix("PublicKey")
