"""The options that several of the trainer's commands take, each in one form."""

import argparse
from pathlib import Path

from training import results


def take_data(parser: argparse.ArgumentParser) -> None:
    """`--data`, the folder of the data sets."""
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the data sets")


def take_out(parser: argparse.ArgumentParser, holds: str) -> None:
    """`--out`, the folder that the command writes into; `holds` says what."""
    parser.add_argument("--out", type=Path, required=True, help=f"folder for {holds}")


def take_records(parser: argparse.ArgumentParser) -> None:
    """`--results`, the folder of the records."""
    parser.add_argument("--results", type=Path, default=results.FOLDER, help="folder of the records (%(default)s)")


def take_device(parser: argparse.ArgumentParser) -> None:
    """`--device`, where the networks run."""
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"])
