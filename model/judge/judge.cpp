#include "model/judge/judge.h"

#include "core/base/ascii.h"

#include <algorithm>
#include <cctype>
#include <memory>

namespace prunescope::model {

namespace {

/// What a reply is to be.
enum class Reply {
    Letter,    ///< of the option that the answer means; Z: none
    YesOrNo,   ///< what the answer says
    Rightness, ///< Yes or No: whether the answer is right
};

Reply replyFor(const EvalRecord& record, const SetRule* rule) {
    if (!record.asked.options.empty() && !record.asked.open)
        return Reply::Letter;
    return rule && rule->kind == SetKind::YesNo ? Reply::YesOrNo : Reply::Rightness;
}

std::string lower(const std::string& text) {
    return asciiLowerCase(text);
}

/// The words of a reply, without what a model thought before it.
std::vector<std::string> wordsOf(const std::string& reply) {
    const std::size_t thought = reply.rfind("</think>");
    const std::string text = thought == std::string::npos ? reply : reply.substr(thought + 8);
    std::vector<std::string> words(1);
    for (const char letter : text)
        if (std::isalnum(static_cast<unsigned char>(letter)))
            words.back() += letter;
        else if (!words.back().empty())
            words.emplace_back();
    std::erase(words, "");
    return words;
}

/// Nothing unless exactly one of `names` stands among `words`.
std::optional<std::string> onlyOne(const std::vector<std::string>& words, const std::vector<std::string>& names) {
    std::optional<std::string> found;
    for (const std::string& name : names)
        if (std::ranges::find(words, name) != words.end()) {
            if (found)
                return std::nullopt;
            found = name;
        }
    return found;
}

std::optional<JudgeReply> readLetter(const EvalRecord& record, const std::vector<std::string>& words) {
    std::vector<std::string> letters{"Z"};
    for (const ChoiceOption& option : record.asked.options)
        letters.emplace_back(1, option.letter);
    const auto letter = onlyOne(words, letters);
    if (!letter)
        return std::nullopt;
    return JudgeReply{*letter, *letter == record.asked.answer ? 1.0 : 0.0};
}

std::optional<JudgeReply> readYesNo(std::vector<std::string> words, const std::string& right) {
    std::ranges::transform(words, words.begin(), lower);
    const auto word = onlyOne(words, {"yes", "no"});
    if (!word)
        return std::nullopt;
    return JudgeReply{*word == "yes" ? "Yes" : "No", *word == lower(right) ? 1.0 : 0.0};
}

std::string optionLines(const EvalRecord& record) {
    std::string text;
    for (const ChoiceOption& option : record.asked.options)
        text += std::string(1, option.letter) + ". " + option.text + "\n";
    return text;
}

std::string expectedText(const AskedQuestion& asked) {
    std::string text = asked.answer;
    for (const std::string& other : asked.otherAnswers)
        text += "\nor: " + other;
    return text;
}

} // namespace

std::string judgeQuestion(const EvalRecord& record, const SetRule* rule) {
    const std::string asked = "Question:\n" + record.asked.question + "\n\n";
    const std::string answer = "Answer that was given:\n" + record.answer + "\n\n";
    switch (replyFor(record, rule)) {
    case Reply::Letter:
        return asked + "Options:\n" + optionLines(record) + "\n" + answer +
               "Which option does the answer choose? Judge only what it says, not whether that is right. Reply with "
               "the "
               "letter alone, or with Z if it chooses none of them.";
    case Reply::YesOrNo:
        return asked + answer + "Does the answer say yes or no? Reply with Yes, No or Unknown alone.";
    case Reply::Rightness:
        break;
    }
    return asked + "Right answer:\n" + expectedText(record.asked) + "\n\n" + answer +
           "Does the answer that was given mean the same as the right one? Reply with Yes or No alone.";
}

std::optional<JudgeReply> readReply(const EvalRecord& record, const SetRule* rule, const std::string& reply) {
    const std::vector<std::string> words = wordsOf(reply);
    switch (replyFor(record, rule)) {
    case Reply::Letter:
        return readLetter(record, words);
    case Reply::YesOrNo:
        return readYesNo(words, record.asked.answer);
    case Reply::Rightness:
        break;
    }
    return readYesNo(words, "yes");
}

JudgeAnswer judgeBy(ChatServer server, std::string model) {
    return [server = std::move(server), model = std::move(model)](EvalRecord& record, const SetRule* rule,
                                                                  std::stop_token stop) {
        record.judged = Judgement{model, server.reply(model, judgeQuestion(record, rule), std::move(stop))};
        const auto reply = readReply(record, rule, record.judged->reply);
        if (!reply)
            return;
        record.decided = true;
        record.read = reply->read;
        record.scores.front().value = reply->score;
    };
}

} // namespace prunescope::model
