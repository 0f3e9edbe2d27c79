#!/bin/sh
# From nothing to a report: installs what is missing, audits this machine, shows where the PDFs are.
set -eu
cd "$(dirname "$0")/.."
. scripts/setup.sh

# shellcheck disable=SC2086 # a list of words
install_packages $RUN_PACKAGES
make_environment requirements.lock

say "Đánh giá máy này theo inventories/demo.yaml; chỉ đọc, không thay đổi gì" \
    "Auditing this machine by inventories/demo.yaml; it only reads and changes nothing"
begun=$(mktemp)
trap 'rm -f "$begun"' EXIT
code=0
.venv/bin/attt audit inventories/demo.yaml "$@" </dev/null || code=$?

written=$(find out -type f -name '*.pdf' -newer "$begun" 2>/dev/null || :)
case "$code" in
    0 | 1 | 4) [ -n "$written" ] || stop "Không có báo cáo nào được ghi." "No report was written." ;;
    *) exit "$code" ;;
esac
case "$code" in
    1) say "Có nội dung chưa đạt: đó là kết quả đánh giá, không phải lỗi của chương trình." \
        "Some findings failed: that is the result of the audit, not an error of the program." ;;
    4) say "Có nội dung chưa kết luận được vì không đọc được hết; báo cáo nói rõ từng nội dung." \
        "Some things could not be concluded because not all could be read; the report says which." ;;
esac
say "Báo cáo:" "Reports:"
printf '%s\n' "$written" | sort | while read -r file; do printf '    %s\n' "$(pwd)/$file"; done
