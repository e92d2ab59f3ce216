# Shared by packaging/setup, run, test and fuzz and by .ci/run; sourced, not run. Everything it downloads goes to .deps/.
# shellcheck shell=bash
# shellcheck disable=SC2034 # cmake, ctest: read by the scripts that source this

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
deps=$root/.deps
pins=$root/packaging/requirements
me=${0#"$root"/}

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# has_gpu: is there an NVIDIA GPU? PRUNESCOPE_GPU=yes|no decides instead of looking.
has_gpu() {
    case ${PRUNESCOPE_GPU:-} in
        yes) return 0 ;;
        no) return 1 ;;
    esac
    compgen -G '/proc/driver/nvidia/gpus/*' >/dev/null || nvidia-smi -L 2>/dev/null | grep -q '^GPU'
}

# listed FILE...: the names in lists of one name a line, with # comments.
listed() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@"; }

# missing_packages NAME...: those that dpkg does not know as installed, each by its name alone.
missing_packages() {
    local installed
    # dpkg-query fails when it does not know one of the names; the others are listed all the same.
    installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p') || true
    printf '%s\n' "$@" | sort -u | comm -23 - <(printf '%s\n' "$installed" | sort -u)
}

# need_packages LIST...: installs the Debian packages named in these files of packaging/requirements that are missing.
need_packages() {
    local names missing
    mapfile -t names < <(listed "${@/#/$pins/}")
    if ! command -v apt-get dpkg-query >/dev/null; then
        say "no apt here: these Debian packages are needed under their names on this system: ${names[*]}"
        return
    fi
    mapfile -t missing < <(missing_packages "${names[@]}")
    if [[ ${#missing[@]} -gt 0 ]]; then
        say "installing ${#missing[@]} Debian packages and what they depend on: ${missing[*]}"
        install_packages "${missing[@]}"
    fi
}

install_packages() {
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        command -v sudo >/dev/null || die "no sudo here; as root, run: apt-get install --no-install-recommends $*"
        as_root=(sudo)
    fi
    # A third-party source that does not answer is no reason to stop: the packages come from the system's own.
    "${as_root[@]}" apt-get -q update || say "apt-get update reported errors; going on"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
        install -y --no-install-recommends "$@" || die "apt-get could not install: $*"
}

# pin_of LIST...: what .deps/NAME/.pin holds when these lists are installed there.
pin_of() { cat "${@/#/$pins/}" | sha256sum | cut -d' ' -f1; }

# installed_as NAME LIST...: is .deps/NAME what these lists pin?
installed_as() { [[ $(cat "$deps/$1/.pin" 2>/dev/null) == "$(pin_of "${@:2}")" ]]; }

# need_free_space GIGABYTES WHAT
need_free_space() {
    local free
    free=$(df --output=avail -BG "$deps" | tail -n 1 | tr -dc 0-9)
    [[ $free -ge $1 ]] || die "$2 needs $1 GB free in $deps, found $free GB"
}

# pip_install NAME LIST...: unpacks pinned wheels into .deps/NAME. The folder appears under its name only when complete.
pip_install() {
    local name=$1 new=$deps/.new-$1 python=/usr/bin/python3 lists=() list
    shift
    [[ -x $python ]] || python=python3
    for list in "$@"; do lists+=(-r "$pins/$list"); done
    rm -rf "$new" && mkdir -p "$new/.tmp"
    # A user's pip configuration may ask for --user or a virtual environment: neither goes with --target.
    TMPDIR=$new/.tmp PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 "$python" -m pip install --quiet --progress-bar on \
        --disable-pip-version-check --root-user-action ignore --no-cache-dir --no-deps --no-compile \
        --only-binary :all: --require-hashes --target "$new" "${lists[@]}" ||
        die "pip could not install $* from packaging/requirements (run the same command again to retry)"
    rm -rf "$new/.tmp"
    [[ $name != cuda ]] || link_cuda_libraries "$new/nvidia/cu13"
    pin_of "$@" >"$new/.pin"
    rm -rf "${deps:?}/$name" && mv "$new" "$deps/$name"
}

# link_cuda_libraries TOOLKIT: the names under which nvcc and CMake look for what the wheels bring.
link_cuda_libraries() {
    local library
    ln -s lib "$1/lib64"
    for library in "$1"/lib/*.so.*; do
        ln -s "$(basename "$library")" "${library%%.so.*}.so"
    done
}

need_cmake() {
    cmake=$deps/tools/cmake/data/bin/cmake
    ctest=$deps/tools/cmake/data/bin/ctest
    if ! installed_as tools cmake.txt; then
        say "downloading CMake into .deps/tools"
        pip_install tools cmake.txt
    fi
}

# need_libtorch: sets $libtorch: LIBTORCH, or .deps/libtorch with its CUDA libraries where there is an NVIDIA GPU.
need_libtorch() {
    if [[ -n ${LIBTORCH:-} ]]; then
        [[ -d $LIBTORCH/include && -e $LIBTORCH/lib/libtorch_cpu.so ]] ||
            die "LIBTORCH=$LIBTORCH: expected a folder with include/ and lib/libtorch_cpu.so"
        libtorch=$(cd "$LIBTORCH" && pwd)
        return
    fi
    [[ $(uname -m) == x86_64 ]] || die "LibTorch is pinned for x86_64, found $(uname -m): give a LibTorch with LIBTORCH=DIR"
    libtorch=$deps/libtorch/torch
    if installed_as libtorch libtorch-cpu.txt libtorch-cuda.txt; then
        return
    elif has_gpu; then
        need_free_space 12 "LibTorch with its CUDA libraries"
        say "downloading LibTorch with its CUDA libraries (about 3 GB) into .deps/libtorch"
        pip_install libtorch libtorch-cpu.txt libtorch-cuda.txt
    elif ! installed_as libtorch libtorch-cpu.txt; then
        need_free_space 3 LibTorch
        say "downloading LibTorch (about 0.6 GB) into .deps/libtorch"
        pip_install libtorch libtorch-cpu.txt
    fi
}

# is_recent_nvcc PROGRAM: is it nvcc of a CUDA toolkit >= 13.0?
is_recent_nvcc() {
    local major
    major=$("$1" --version 2>/dev/null | sed -n 's/.*release \([0-9]*\)\..*/\1/p') || return 1
    [[ ${major:-0} -ge 13 ]]
}

# find_nvcc: sets $nvcc to an installed CUDA compiler that is recent enough, or to nothing.
find_nvcc() {
    local candidate
    for candidate in "${CUDACXX:-}" "$(command -v nvcc)" "${CUDA_HOME:+$CUDA_HOME/bin/nvcc}" /usr/local/cuda/bin/nvcc; do
        if [[ -n $candidate ]] && is_recent_nvcc "$candidate"; then
            nvcc=$(command -v "$candidate")
            return
        fi
    done
    nvcc=
    if installed_as cuda nvcc.txt; then
        nvcc=$deps/cuda/nvidia/cu13/bin/nvcc
    fi
}

# need_nvcc always|where-useful: sets $nvcc, and $cuda to ON or OFF. Where no toolkit is installed the compiler is
# downloaded `always`, or only where there is a GPU to compile for. PRUNESCOPE_CUDA=ON|OFF decides instead.
need_nvcc() {
    cuda=${PRUNESCOPE_CUDA:-}
    nvcc=
    [[ $cuda != OFF ]] || return 0
    find_nvcc
    if [[ -z $nvcc ]] && { [[ $cuda == ON || $1 == always ]] || has_gpu; }; then
        say "downloading the CUDA compiler (about 0.1 GB) into .deps/cuda"
        pip_install cuda nvcc.txt
        nvcc=$deps/cuda/nvidia/cu13/bin/nvcc
    fi
    if [[ -n $nvcc ]]; then cuda=ON; else cuda=OFF; fi
}

# under_lock COMMAND...: two scripts started together must not unpack into the same folder.
under_lock() {
    mkdir -p "$deps"
    exec 9>"$deps/.lock"
    flock 9
    "$@"
    exec 9>&-
}

# need_downloads always|where-useful: everything that comes from PyPI, with `always` or not as for need_nvcc.
need_downloads() {
    need_cmake
    need_libtorch
    need_nvcc "$1"
}

# set_up always|where-useful LIST...: the Debian packages of the lists, then the downloads. Standard output stays empty:
# it belongs to the program that runs afterwards.
set_up() {
    need_packages "${@:2}" >&2
    under_lock need_downloads "$1" >&2
    # Qt warns at every start, and tests compare UTF-8 text: a bare machine has no locale set.
    [[ $(locale charmap 2>/dev/null) == UTF-8 ]] || export LC_ALL=C.UTF-8
}

# set_up_tools LIST...: as set_up, for a build without LibTorch and CUDA.
set_up_tools() {
    need_packages "$@" >&2
    under_lock need_cmake >&2
    libtorch=
    cuda=OFF
}

# configure FOLDER PRESET [CMAKE OPTION...]: after set_up or set_up_tools. Does nothing where FOLDER is already configured so.
configure() {
    local folder=$1 options=(--preset "$2" -B "$1" "-DPRUNESCOPE_LIBTORCH=$libtorch" "-DPRUNESCOPE_CUDA=$cuda")
    local bundle=${PRUNESCOPE_BUNDLE_MODEL:-}
    [[ -z $bundle ]] || bundle=$(realpath -m -- "$bundle")
    options+=("-DPRUNESCOPE_BUNDLE_MODEL=$bundle" --no-warn-unused-cli) # the fuzz targets need no model
    [[ $cuda == OFF ]] || options+=("-DCMAKE_CUDA_COMPILER:FILEPATH=$nvcc")
    options+=("${@:3}")
    local wanted
    wanted=$(printf '%s\n' "$cmake" "${options[@]}" | cat - "$root/CMakePresets.json" | sha256sum)
    [[ $(cat "$folder/.configured" 2>/dev/null) != "$wanted" || ! -e $folder/build.ninja ]] || return 0
    # CMake cannot change a compiler in place.
    [[ $cuda == OFF ]] || same_cuda_compiler "$folder" || options+=(--fresh)
    rm -f "$folder/.configured"
    (cd "$root" && "$cmake" --log-level=WARNING "${options[@]}") >&2 || die "CMake could not configure $folder"
    printf '%s\n' "$wanted" >"$folder/.configured"
}

# same_cuda_compiler FOLDER: is FOLDER configured with $nvcc, or without any CUDA compiler?
same_cuda_compiler() {
    ! grep -s '^CMAKE_CUDA_COMPILER:' "$1/CMakeCache.txt" | grep -qvxF "CMAKE_CUDA_COMPILER:FILEPATH=$nvcc"
}

# build_jobs: one a core, but no more than memory holds (a file that includes LibTorch takes 1.5 GB).
build_jobs() {
    local cores memory_gb
    cores=$(nproc)
    memory_gb=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
    local fitting=$((memory_gb / 2))
    echo $((fitting < 1 ? 1 : fitting < cores ? fitting : cores))
}

# build FOLDER [TARGET...]: the targets, or everything.
build() {
    "$cmake" --build "$1" --parallel "$(build_jobs)" ${2:+--target "${@:2}"} >&2 || die "the build in $1 failed"
}
