#!/bin/sh
# Puts BloodView into the menu of this user and gives it the files *.bvcase; with --remove takes both back.
# Nothing is copied: the folder that this file lies in stays where it is.
set -eu
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
share=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$share/applications/bloodview.desktop
kind=$share/mime/packages/bloodview.xml
icon=$share/icons/hicolor/scalable/apps/bloodview.svg

if [ "${1:-}" = --remove ]; then
    rm -f "$entry" "$kind" "$icon"
else
    mkdir -p "$(dirname "$entry")" "$(dirname "$kind")" "$(dirname "$icon")"
    escaped=$(printf '%s' "$folder" | sed 's/[&|\\]/\\&/g')
    sed "s|@FOLDER@|$escaped|g" "$folder/bloodview.desktop" >"$entry"
    cp "$folder/bloodview.xml" "$kind"
    cp "$folder/_internal/resources/icons/bloodview.svg" "$icon"
fi
if command -v update-mime-database >/dev/null; then update-mime-database "$share/mime" || :; fi
if command -v update-desktop-database >/dev/null; then update-desktop-database "$share/applications" || :; fi
