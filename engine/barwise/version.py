"""The version, in one place: the package's metadata is made of it, and to look it up there takes a mail reader."""

VERSION = "0.1.0"
