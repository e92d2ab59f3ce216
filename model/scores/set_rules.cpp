#include "core/base/ascii.h"
#include "model/scores/aggregates.h"
#include "model/scores/set_rule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace prunescope {

namespace {

SetRule words(std::string_view name, std::string_view title, std::string_view score, std::int64_t questions) {
    return {name, title, SetKind::Words, {score}, aggregateWords, "100 * mean", questions};
}

SetRule choice(std::string_view name, std::string_view title, std::int64_t questions) {
    return {name,         title,    SetKind::Choice, {"choice", "choice_newer", "own_choice"}, aggregateChoice,
            "100 * mean", questions};
}

/// As `rule`, added up in another way.
SetRule addedUp(SetRule rule, Aggregate aggregate, std::string_view headline) {
    rule.aggregate = aggregate;
    rule.headline = headline;
    return rule;
}

SetRule circular(std::string_view name, std::string_view title, std::int64_t questions) {
    return addedUp(choice(name, title, questions), aggregateCircular, "100 * questions with all rotations right");
}

SetRule yesNo(std::string_view name, std::string_view title, Aggregate aggregate, std::string_view headline,
              std::int64_t questions) {
    return {name, title, SetKind::YesNo, {"yes_no", "yes_no_lenient"}, aggregate, headline, questions};
}

/// A part or form of ScreenSpot. The toolkit's score comes first; point_in_box has what our parser finds.
SetRule places(std::string_view name, std::string_view title, std::string_view score, std::int64_t questions) {
    return {name,
            title,
            SetKind::Place,
            {score, "point_in_box", "point_0_1000", "tool_call_point"},
            aggregatePlaces,
            "mean of groups where there are several, else 100 * mean",
            questions};
}

SetRule judged(SetRule rule) {
    rule.needsJudge = true;
    return rule;
}

SetRule mathematics(std::string_view name, std::string_view title, std::string_view score, Aggregate aggregate,
                    std::int64_t questions) {
    return judged(
        {name, title, SetKind::Words, {score}, aggregate, "100 * mean, a lower bound without a judge", questions});
}

SetRule mathVista(std::string_view name, std::int64_t questions) {
    return mathematics(name, "Mathematics in pictures", "mathvista_no_judge", aggregateMathVista, questions);
}

SetRule mathVision(std::string_view name, std::int64_t questions) {
    return mathematics(name, "Mathematics competitions", "mathvision_no_judge", aggregateMathVision, questions);
}

constexpr std::string_view kDocuments = "Scanned documents";
constexpr std::string_view kGraphics = "Infographics";
constexpr std::string_view kCharts = "Charts";
constexpr std::string_view kText = "Text in pictures";
constexpr std::string_view kDiagrams = "Diagrams of school books";
constexpr std::string_view kAbilities = "Abilities, options in every order";
constexpr std::string_view kSubjects = "College subjects, several pictures";
constexpr std::string_view kLarge = "Large pictures, options in four orders";
constexpr std::string_view kScreens = "Places on screens of phones, desktops and the web";
constexpr std::string_view kTools = "Places on large screens of professional programs";
constexpr std::string_view kV2 = "screenspot_v2";
constexpr std::string_view kPro = "screenspot_pro";

/// Sizes of the published files: evaluation spec 8. Names that are longer than a set's are those of its files.
std::vector<SetRule> readingSets() {
    const auto ocr = addedUp(words("OCRBench", kText, "ocrbench", 1000), aggregateOcrBench, "Final Score / 10");
    const SetRule documents = judged({"MMLongBench_DOC",
                                      "Long documents, a picture a page",
                                      SetKind::Words,
                                      {"mmlongbench_no_judge", "mmlongbench"},
                                      aggregateDocuments,
                                      "100 * mean, no judge",
                                      1082});
    const SetRule pages{"olmOCRBench",
                        "Text of whole pages",
                        SetKind::Page,
                        {"olmocr_bench"},
                        aggregatePages,
                        "mean of groups, formulas word for word",
                        1403};
    return {words("DocVQA", kDocuments, "anls", 0),
            words("DocVQA_VAL", kDocuments, "anls", 5349),
            words("InfoVQA", kGraphics, "anls", 0),
            words("InfoVQA_VAL", kGraphics, "anls", 2801),
            words("ChartQA", kCharts, "relaxed_accuracy", 0),
            words("ChartQA_TEST", kCharts, "relaxed_accuracy", 2500),
            ocr,
            documents,
            pages};
}

std::vector<SetRule> choiceSets() {
    const auto mmmu = [](std::string_view name, std::int64_t questions) {
        return addedUp(choice(name, kSubjects, questions), aggregateMmmu, "100 * mean of validation");
    };
    const auto large = [](std::string_view name, std::int64_t questions) {
        return addedUp(choice(name, kLarge, questions), aggregateHrBench, "mean of cycles");
    };
    return {choice("AI2D", kDiagrams, 0),
            choice("AI2D_TEST", kDiagrams, 3088),
            choice("MMStar", "Questions that need the picture", 1500),
            choice("RealWorldQA", "Photographs of streets and places", 765),
            choice("SEEDBench2_Plus", "Charts, maps and web pages", 2277),
            choice("ScienceQA", "Science of school", 0),
            choice("ScienceQA_TEST", "Science of school", 2017),
            choice("VStarBench", "Small things in large pictures", 191),
            circular("MMBench", kAbilities, 0),
            circular("MMBench_DEV_EN", kAbilities, 4329),
            circular("MMBench_DEV_EN_V11", kAbilities, 0),
            circular("CCBench", "Chinese culture, options in every order", 0),
            mmmu("MMMU", 0),
            large("HRBench", 0),
            large("HRBench4K", 800),
            large("HRBench8K", 800)};
}

std::vector<SetRule> otherSets() {
    return {yesNo("MME", "Perception and cognition, two questions a picture", aggregateMme,
                  "(perception + reasoning) / 28", 2374),
            yesNo("POPE", "Whether a thing is in the picture", aggregatePope, "F1 of Yes", 5127),
            yesNo("HallusionBench", "Illusions and figures that were changed", aggregateHallusion,
                  "mean of aAcc, fAcc and qAcc", 951),
            mathVista("MathVista", 0),
            mathVista("MathVista_MINI", 1000),
            mathVision("MathVision", 3040),
            mathVision("MathVision_MINI", 304),
            judged({"MIA-Bench",
                    "Instructions of several parts",
                    SetKind::Words,
                    {"exact_match"},
                    aggregateWords,
                    "none without a judge",
                    400})};
}

std::vector<SetRule> placeSets() {
    return {
        places("ScreenSpot_v2", kScreens, kV2, 1272),           places("ScreenSpot_v2_Mobile", kScreens, kV2, 501),
        places("ScreenSpot_v2_Desktop", kScreens, kV2, 334),    places("ScreenSpot_v2_Web", kScreens, kV2, 437),
        places("screenspot_mobile_v2", kScreens, kV2, 501),     places("screenspot_desktop_v2", kScreens, kV2, 334),
        places("screenspot_web_v2", kScreens, kV2, 437),        places("screenspotv2", kScreens, kV2, 1272),
        places("ScreenSpot_Pro", kTools, kPro, 1581),           places("ScreenSpot_Pro_Development", kTools, kPro, 299),
        places("ScreenSpot_Pro_Creative", kTools, kPro, 341),   places("ScreenSpot_Pro_CAD", kTools, kPro, 261),
        places("ScreenSpot_Pro_Scientific", kTools, kPro, 254), places("ScreenSpot_Pro_Office", kTools, kPro, 230),
        places("ScreenSpot_Pro_OS", kTools, kPro, 196),         places("screenspotpro", kTools, kPro, 1581)};
}

/// Sets whose names begin as those of others that are scored in another way.
constexpr std::array<std::string_view, 5> kOthers{"MME-RealWorld", "MME_RealWorld", "MMMU_Pro", "MMBench_Video",
                                                  "OCRBench_v2"};

/// In small letters, with _ for -, as people write both.
std::string comparable(std::string_view name) {
    std::string text = asciiLowerCase(std::string(name));
    std::ranges::replace(text, '-', '_');
    return text;
}

/// Whether `name` is this beginning, or goes on behind it with anything but a letter: ChartQAPro is not ChartQA.
bool beginsWith(std::string_view name, std::string_view beginning) {
    const std::string whole = comparable(name);
    const std::string front = comparable(beginning);
    return whole.starts_with(front) &&
           (whole.size() == front.size() || std::isalpha(static_cast<unsigned char>(whole[front.size()])) == 0);
}

} // namespace

std::span<const SetRule> setRules() {
    static const std::vector<SetRule> rules = [] {
        std::vector<SetRule> all;
        for (std::vector<SetRule> part : {readingSets(), choiceSets(), otherSets(), placeSets()})
            std::ranges::move(part, std::back_inserter(all));
        return all;
    }();
    return rules;
}

const SetRule* setRule(std::string_view name) {
    if (std::ranges::any_of(kOthers, [=](std::string_view other) { return beginsWith(name, other); }))
        return nullptr;
    const SetRule* longest = nullptr;
    for (const SetRule& rule : setRules())
        if (beginsWith(name, rule.name) && (!longest || rule.name.size() > longest->name.size()))
            longest = &rule;
    return longest;
}

} // namespace prunescope
