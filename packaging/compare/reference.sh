# Sourced by the scripts here: the reference, Hugging Face transformers, in .deps/reference (3 GB) or in REFERENCE=DIR.
# shellcheck shell=bash disable=SC2154
need_reference() {
    reference=$deps/reference
    installed_as reference reference.txt && return
    need_free_space 12 "the reference"
    say "downloading the reference (about 3 GB) into .deps/reference"
    rm -rf "$reference"
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-cache-dir \
        --no-compile --only-binary :all: --target "$reference" -r "$pins/reference.txt" || die "pip could not install the reference"
    pin_of reference.txt >"$reference/.pin"
}
reference=${REFERENCE:-}
[[ -n $reference ]] || need_reference
