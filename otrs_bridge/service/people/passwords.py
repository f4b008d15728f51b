"""Passwords are kept as Argon2id digests, and one is tried at a time: each try takes 64 MB for a moment."""

from __future__ import annotations

import os
import threading
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from otrs_bridge.errors import UsageMistake
from otrs_bridge.words import Words

SHORTEST = 12
LONGEST = 256  # a longer one makes nobody safer, and costs time


class Passwords:
    """Digests passwords and tries them."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._one_at_a_time = threading.Lock()
        self.nobodys = _nobodys(self._hasher)

    def digest(self, password: str) -> str:
        """What is kept of a password. Raises UsageMistake for one that is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageMistake(
                Words(
                    ru=f"Пароль должен быть от {SHORTEST} до {LONGEST} знаков.",
                    en=f"The password must have {SHORTEST} to {LONGEST} characters.",
                )
            )
        return self._hasher.hash(password)

    def fits(self, digest: str | None, password: str) -> bool:
        """Whether this is the password; takes as long where there is no such user."""
        with self._one_at_a_time:
            try:
                self._hasher.verify(digest or self.nobodys, password[:LONGEST])
            except (VerifyMismatchError, VerificationError, InvalidHashError):
                return False
        return digest is not None


def _nobodys(hasher: PasswordHasher) -> str:
    """A digest that no password has; trying it takes as long as trying somebody's, making it takes nothing."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (b64encode(os.urandom(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len))
    return f"$argon2id$v=19${cost}${salt}${digest}"
