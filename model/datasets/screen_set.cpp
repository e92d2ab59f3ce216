// Questions about screens that are drawn while they are asked for.
#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"
#include "model/datasets/open_sets.h"
#include "model/datasets/screen_questions.h"
#include "model/datasets/screens/screen_maker.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace prunescope::model {

namespace {

/// What the text of a set may say.
struct ScreenSetSettings {
    std::uint64_t count = 1000;
    std::uint64_t seed = 900'000'001; ///< of the first: trainers draw far below
    std::uint64_t questions = 4;      ///< a picture, at most
    ScreenOptions options;
};

[[noreturn]] void refuse(const std::string& found, const std::string& expected) {
    throw Error(ErrorKind::Usage, "screens: found " + inQuotes(found) + ", expected " + expected);
}

std::uint64_t wholeNumber(const std::string& setting, std::string_view value, std::uint64_t least, std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || number < least || number > most)
        refuse(setting, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return number;
}

void applySetting(const std::string& setting, ScreenSetSettings& settings) {
    constexpr std::uint64_t kMostPictures = 100'000'000;
    const std::size_t equals = std::min(setting.find('='), setting.size());
    const std::string key = setting.substr(0, equals);
    const std::string value = setting.substr(std::min(equals + 1, setting.size()));
    if (key == "count")
        settings.count = wholeNumber(setting, value, 1, kMostPictures);
    else if (key == "seed")
        settings.seed = wholeNumber(setting, value, 0, std::numeric_limits<std::uint64_t>::max() - kMostPictures);
    else if (key == "questions")
        settings.questions = wholeNumber(setting, value, 1, 1000);
    else if (key == "options" && !value.empty())
        settings.options = screenOptionsFromJson(readJsonFile(value), value);
    else
        refuse(setting, "count=N, seed=N, questions=N or options=FILE.json");
}

ScreenSetSettings parseSettings(std::string_view text) {
    ScreenSetSettings settings;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        applySetting(std::string(text.substr(0, comma)), settings);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return settings;
}

class ScreenSet final : public QuestionSet {
public:
    ScreenSet(const ScreenSetSettings& settings, const SetOptions& options)
        : m_name(options.name.empty() ? "screens" : options.name), m_settings(settings), m_maker(settings.options) {}

    std::string name() const override { return m_name; }

    std::int64_t size() const override { return static_cast<std::int64_t>(m_settings.count); }

    /// At most: what can be asked about a screen is known when it is drawn.
    std::int64_t questions() const override { return size() * static_cast<std::int64_t>(m_settings.questions); }

    QuestionGroup at(std::int64_t index) const override {
        const std::uint64_t seed = m_settings.seed + static_cast<std::uint64_t>(index);
        const Screen screen = m_maker.draw(seed);
        const std::string name = "screen " + std::to_string(seed);
        QuestionGroup asked{name, {{name, screen.picture}}, {}};
        for (const ScreenQuestion& question : askAbout(screen, seed, static_cast<int>(m_settings.questions)))
            asked.questions.push_back(toAsked(question));
        return asked;
    }

private:
    std::string m_name;
    ScreenSetSettings m_settings;
    ScreenMaker m_maker;
};

} // namespace

AskedQuestion toAsked(const ScreenQuestion& question) {
    AskedQuestion asked{toText(question.task), question.question, question.answer, {}};
    if (!question.box.empty())
        asked.box = boxOf(question.box);
    return asked;
}

std::unique_ptr<QuestionSet> openScreenSet(const std::string& settings, const SetOptions& options) {
    return std::make_unique<ScreenSet>(parseSettings(settings), options);
}

} // namespace prunescope::model
