#include "model/jinja/template.h"
#include "tests/fuzz/fuzz_bodies.h"

namespace prunescope::fuzz {

namespace {

using Json = nlohmann::ordered_json;

model::jinja::Context conversation() {
    model::jinja::Context context;
    context.variables = Json{
        {"messages",
         {{{"role", "system"}, {"content", " Be brief. "}},
          {{"role", "user"}, {"content", {{{"type", "text"}, {"text", "<|a|> é\n"}}, {{"type", "image"}}}}},
          {{"role", "assistant"},
           {"content", "<think>\nb\n</think>\n\nc"},
           {"tool_calls", {{{"function", {{"name", "f"}, {"arguments", {{"x", 1}, {"y", {1.5, nullptr, true}}}}}}}}}}}},
        {"tools", {{{"type", "function"}, {"function", {{"name", "f"}, {"parameters", Json::object()}}}}}},
        {"add_generation_prompt", true},
        {"bos_token", "<s>"}};
    context.now = std::tm{};
    return context;
}

constexpr model::jinja::Limits kFew{.steps = 20'000, .nesting = 200, .textBytes = 1 << 16, .rangeLength = 1000};

} // namespace

void fuzzTemplate(Input input) {
    static const model::jinja::Context context = conversation();
    mayFail([&] {
        const auto parsed = model::jinja::Template::parse(textOf(input), "input");
        const auto pieces = parsed.render(context, kFew);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            require(!pieces[i].text.empty(), "a piece has a text");
            require(i == 0 || pieces[i].fromTemplate != pieces[i - 1].fromTemplate, "neighbours are of two kinds");
        }
        require(joined(pieces).size() <= kFew.textBytes, "a text is no longer than it may be");
        require(parsed.render(context, kFew) == pieces, "a template gives the same twice");
    });
}

} // namespace prunescope::fuzz
