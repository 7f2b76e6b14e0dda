"""A zip that somebody sent, judged by its directory before anything in it is unpacked."""

import struct
import zipfile
from collections.abc import Sequence
from typing import IO

from shared.ssda903.limits import Limits
from shared.ssda903.problem import MEGABYTE, Problems

_END = b"PK\x05\x06"
_END_BYTES = 22
_END_FAR = b"PK\x06\x07"  # written just before the end by archives too large for ours
_LONGEST_COMMENT = 65_535
_LOCKED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SMALL = MEGABYTE  # a small file of equal rows may well be dense


def open_archive(name: str, stream: IO[bytes], limits: Limits, problems: Problems) -> zipfile.ZipFile | None:
    """The archive, or None with the reason noted; a directory too long to hold is never read."""
    refusal = _refused_by_its_end(stream, limits)
    if refusal:
        problems.note(refusal, name, most=limits.files)
        return None
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        problems.note("not_a_zip", name)
        return None


def _refused_by_its_end(stream: IO[bytes], limits: Limits) -> str:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        return "not_a_zip"
    entries, directory_bytes = struct.unpack_from("<HI", tail, at + 10)
    if entries > limits.files or directory_bytes > limits.zip_directory_bytes or _END_FAR in tail[max(0, at - 20) : at]:
        return "zip_too_many"
    return ""


def members(name: str, archive: zipfile.ZipFile, limits: Limits, problems: Problems) -> Sequence[zipfile.ZipInfo]:
    """The files in it, or none with the reason noted; what they claim to unpack to is held to again while reading."""
    files = [member for member in archive.infolist() if not member.is_dir()]
    refusal = _refused_by_directory(files, limits)
    if refusal:
        code, most = refusal
        problems.note(code, name, most=most)
        return []
    return files


def _refused_by_directory(files: Sequence[zipfile.ZipInfo], limits: Limits) -> tuple[str, int] | None:
    if len(files) > limits.files:
        return "zip_too_many", limits.files
    if any(member.flag_bits & _LOCKED for member in files):
        return "zip_locked", 0
    if any(member.compress_type not in _METHODS for member in files):
        return "zip_method", 0
    if any(m.file_size > _SMALL and m.file_size > limits.zip_ratio * m.compress_size for m in files):
        return "zip_too_dense", limits.zip_ratio
    if sum(member.file_size for member in files) > limits.zip_bytes:
        return "zip_too_big", limits.zip_bytes // MEGABYTE
    return None
