#!/usr/bin/env bash
# Makes the shipped composer again from the corpus: data set, training run after run, file, proof, figures, pages.
#
#   export/runs/reproduce.sh [--dry-run] CORPUS [WORK]
#
# CORPUS holds one folder for each set of export/barwise_export/corpus/sources.py; WORK (out/reproduce) is where the
# data set and the runs go. Stopped and called again it goes on where it was. The weights come out alike, not equal
# bit for bit: runs end by the clock too, and sums round differently on other machines.
#
# With several machines put torchrun in TRAIN, for example
#   TRAIN="torchrun --nnodes 2 --nproc-per-node 1 --rdzv-backend c10d --rdzv-endpoint host:29500 -m barwise_export"
set -euo pipefail
cd "$(dirname "$0")/../.."

usage() { echo "usage: export/runs/reproduce.sh [--dry-run] CORPUS [WORK]" >&2; exit 2; }

is_dry=
[ "${1:-}" = --dry-run ] && is_dry=yes && shift
if [ $# -lt 1 ] || [ $# -gt 2 ]; then usage; fi
corpus=$1
work=${2:-out/reproduce}

# In this order, each from the one before: what each is for stands in its file.
runs=${RUNS:-first second third fourth fifth}
run_files=${RUN_FILES:-export/runs}
model=${MODEL:-engine/barwise/models/composer.onnx}
barwise_export=${BARWISE_EXPORT:-python -m barwise_export}
train=${TRAIN:-$barwise_export}

# ONLY="train export" takes these steps alone.
step() {
    local name=$1
    shift
    [[ " ${ONLY:-$name} " = *" $name "* ]] || return 0
    printf '%q ' "$@"
    echo
    [ -n "$is_dry" ] || "$@"
}

# shellcheck disable=SC2086
{
    step prepare $barwise_export prepare --corpus "$corpus" --out "$work/data" --cache "$work/cache"
    before=
    for run in $runs; do
        step train $train train --run "$run_files/$run.yaml" --data "$work/data" --out "$work/runs/$run" \
            ${before:+--start "$work/runs/$before/best.pt"}
        before=$run
    done
    tuned=$work/runs/$before/calibrated.pt
    step calibrate $barwise_export calibrate --checkpoint "$work/runs/$before/best.pt" --data "$work/data" --out "$tuned" \
        ${CALIBRATE:-}
    step export $barwise_export export --checkpoint "$tuned" --data "$work/data" --out "$model"
    step verify $barwise_export verify --checkpoint "$tuned" --model "$model"
    step provenance-index $barwise_export provenance-index --data "$work/data" --out "$(dirname "$model")/provenance.bin"
    step groove $barwise_export groove --corpus "$corpus" --out "$(dirname "$model")/groove.json"
    step harmony $barwise_export harmony --corpus "$corpus" --data "$work/data" --out "$(dirname "$model")/harmony.json"
    step ablate $barwise_export ablate --data "$work/data" --out "$work/ablations"
    step evaluate $barwise_export evaluate --model "$model" --data "$work/data" --corpus "$corpus" --out "$work/evaluation" \
        --ablations "$work/ablations/ablations.json" ${EVALUATE:-}
    step card $barwise_export card --report "$work/evaluation" --model "$model"
    step show $barwise_export show --report "$work/evaluation"
}
