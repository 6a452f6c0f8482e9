"""A spreadsheet as a partner network sends it, in Korean: 40 rows, fictional throughout, with six kinds of error; and the same mended.

`messy` and `mended` write it anew each time, so that no binary file lies in the repository and its dates never lapse.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from openpyxl import Workbook

SHEET = "협력 단체(가상)"
ROWS = 40
HEADING_ROW, FIRST_ROW = 3, 4  # a title and an empty row stand above
FIRST_ALIAS = 101

# What is wrong: (number of the partner from 0, heading) -> what stands there instead. "alias of N" repeats another partner's number.
ERRORS: Mapping[tuple[int, str], Any] = {
    (3, "상담 언어"): "한구거, 중국어",  # 1: a word that isn't one
    (17, "국가"): "중귝",
    (6, "여유 확인일"): "03/09/2031",  # 2: a date that can be read in two ways
    (22, "여유 확인일"): "어제",
    (9, "지원 분야"): None,  # 3: nothing where something is needed
    (12, "급한 답"): "=1+1",  # 4: a formula
    (15, "기관 번호"): FIRST_ALIAS + 14,  # 5: the number of another
    (27, "최소 연령"): "18세 이상",  # 6: words where a number should be
}
# A piece of what each is told, by its place in the sheet.
TOLD: Mapping[tuple[int, str], str] = {
    (FIRST_ROW + 3, "상담 언어"): "'한구거' is not a language; write 한국어",
    (FIRST_ROW + 17, "국가"): "'중귝' is not a country; write 중국",
    (FIRST_ROW + 6, "여유 확인일"): "no date that can be read in one way only; write the year first",
    (FIRST_ROW + 22, "여유 확인일"): "no date that can be read in one way only",
    (FIRST_ROW + 9, "지원 분야"): "is empty",
    (FIRST_ROW + 12, "첫 답 급함(시간)"): "holds a formula",
    (FIRST_ROW + 15, "기관명"): f"says something else than row {FIRST_ROW + 14}",
    (FIRST_ROW + 27, "최소 연령"): "is no whole number",
}


def messy(today: date) -> bytes:
    """The workbook with its errors, as somebody sent it; dates lie around `today`."""
    return _workbook(today, ERRORS)


def mended(today: date) -> bytes:
    """The workbook after somebody put right what was told."""
    return _workbook(today, {})


def _workbook(today: date, errors: Mapping[tuple[int, str], Any]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet.append(["2031년 협력 단체 목록: 모두 지어낸 것입니다"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    rows = [_row(number, today) for number in range(ROWS)]
    sheet.append([_HEADINGS.get(heading, heading) for heading in rows[0]])
    for number, row in enumerate(rows):
        sheet.append([errors.get((number, heading), value) for heading, value in row.items()])
    notes = book.create_sheet("메모")
    notes.append(["이 시트에는 목록이 없습니다"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_HEADINGS = {"급한 답": "첫 답 급함(시간)", "급하지 않은 답": " 보통  답변 시간 "}


def _row(number: int, today: date) -> dict[str, Any]:
    """One partner: every row right, and hardly two written alike."""
    day = today - timedelta(days=number % 20)
    days: tuple[Any, ...] = (
        datetime(day.year, day.month, day.day),  # noqa: DTZ001  # a date's cell has no zone
        (day - date(1899, 12, 30)).days,
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}년 {day.month}월 {day.day}일",
        day.isoformat(),
    )
    return {
        "기관 번호": FIRST_ALIAS + number,
        "기관명": f"가상 단체 {number + 1:02d} (지어낸 이름)",
        "공개 등급": ("T2", "비공개", "번호만")[number % 3],
        "국가": ("중국", "중국, 라오스", "CN；베트남", "태국/라오스", "중국 ")[number % 5],
        "상담 언어": ("한국어", "한국어, 중국어", "조선말、중국말", "한국어(북), 中文", "KOREAN; Chinese")[number % 5],
        "지원 분야": (
            "쉼터",
            "쉼터, 치료·약",
            "아이 일、임신·부인과",
            "서류·법/앞으로 갈 길",
            "그냥 이야기; 마음이 힘듦",
        )[number % 5],
        "대상 성별": ("여성", "여자", "누구나")[number % 3],
        "24시간": ("아니요", "예", "X", "O", "없음")[number % 5],
        "기둥": 1 + number % 4,
        "최소 연령": (18, "１８", "18세", None, 14)[number % 5],
        "여성 상담원": ("있음", "예", True)[number % 3],
        "아동보호": ("없음", "확인됨")[number % 2],
        "수용 상태": ("가능", "제한적", "마감")[number % 3],
        "여유 확인일": days[number % 5],
        "여유 유효 시간": (168, "168시간")[number % 2],
        "급한 답": 1,
        "며칠 안 답변 시간": 24.0,
        "급하지 않은 답": 72,
        "연락 방법": ("본인이 다시 찾아옴", "본인이 다시 찾아옴, 시간대", "c_return; c_any")[number % 3],
        "수수료": "없음",
        "빚": "아니오",
        "종교 조건": "없음",
        "증언 조건": "no",
        "언론 조건": False,
        "결혼 조건": "无",
        "연락처 종류": "중계",
        "연락처": f"지어낸 사서함 {number + 1}",
        "연락처 공개 단계": "T2",
        "가상": "예",
        "주소": "지어낸 주소",
        "비고": "지어낸 메모",
    }
