// bench_pruners TOKENS WIDTH COUNT RUNS [FILE]: how long the methods after the encoder take to choose COUNT of TOKENS
// random tokens, WIDTH wide, and to mix the rows of those that merge. FILE: float32 [TOKENS + 1, WIDTH], the tokens and
// the mean of a text; then only CDPruner runs, its kernel and its search apart.
// Prints medians in ms as JSON. packaging/compare/cdpruner puts them beside those of plain torch.

#include "core/base/error.h"
#include "core/pruning/prune_plan.h"
#include "core/pruning/token_options.h"
#include "model/pruners/cdpruner.h"
#include "model/pruners/encoder_pruner.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/core/InferenceMode.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

using namespace prunescope;
using namespace prunescope::model;

namespace {

struct Sizes {
    int tokens, width, count, runs;
};

/// Median time of `work` in ms; the first run does not count.
template <typename Work>
double medianMs(int runs, const Work& work) {
    std::vector<double> times;
    for (int run = 0; run <= runs; ++run) {
        const auto start = std::chrono::steady_clock::now();
        work();
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    times.erase(times.begin());
    std::ranges::nth_element(times, times.begin() + runs / 2);
    return times[static_cast<std::size_t>(runs / 2)];
}

/// As a model of this width has them in bfloat16.
VisualTokens randomTokens(const Sizes& sizes) {
    VisualTokens tokens;
    tokens.grid = BlockGrid{1, sizes.tokens};
    if (sizes.tokens % 60 == 0)
        tokens.grid = BlockGrid{sizes.tokens / 60, 60};
    tokens.blocks.resize(static_cast<std::size_t>(sizes.tokens));
    std::iota(tokens.blocks.begin(), tokens.blocks.end(), 0);
    const auto some = [&](std::int64_t width) { return at::randn({sizes.tokens, width}).to(at::kBFloat16); };
    tokens.features = some(sizes.width);
    for (int set = 0; set < 3; ++set)
        tokens.deepstack.push_back(some(sizes.width));
    const auto score = [&] { return at::rand({sizes.tokens}); };
    tokens.traces = {score(), score(), score(), some(1024), some(64), some(4096), score(), score()};
    tokens.text = at::randn({64, sizes.width}).to(at::kBFloat16);
    return tokens;
}

MethodSettings settingsOf(const MethodEntry& method, int count) {
    MethodSettings settings(method);
    if (method.option(kKeep.name))
        settings.set(kKeep, TokenBudget::count(count));
    return settings;
}

/// Whether a method chooses among the encoder's tokens alone.
bool choosesTokens(const MethodEntry& method) {
    return method.standsAt(Place::AfterEncoder) && method.drops() && method.needs != MethodNeeds::LayerTokens &&
           !looksAtPixels({Place::AfterEncoder, 0, settingsOf(method, 2)});
}

nlohmann::json timesOf(const MethodEntry& method, const VisualTokens& tokens, const Sizes& sizes) {
    const EncoderPruner& pruner = encoderPruner(method.name);
    const MethodSettings settings = settingsOf(method, sizes.count);
    ReferenceRandom draws(42);
    TokenChoice choice;
    nlohmann::json times{
        {"choose", medianMs(sizes.runs, [&] { choice = pruner.choose(tokens, sizes.count, settings, draws); })},
        {"kept", choice.kept.size()}};
    if (choice.mix)
        times["mix"] = medianMs(sizes.runs, [&] {
            mixRows(tokens.features, *choice.mix);
            for (const at::Tensor& rows : tokens.deepstack)
                mixRows(rows, *choice.mix);
        });
    return times;
}

nlohmann::json allMethods(const Sizes& sizes) {
    const VisualTokens tokens = randomTokens(sizes);
    nlohmann::json report;
    for (const MethodEntry& method : methods())
        if (choosesTokens(method))
            report[std::string(method.name)] = timesOf(method, tokens, sizes);
    return report;
}

nlohmann::json cdprunerAlone(const Sizes& sizes, const std::string& file) {
    const at::Tensor rows = at::empty({sizes.tokens + 1, sizes.width});
    if (!std::ifstream(file, std::ios::binary)
             .read(static_cast<char*>(rows.data_ptr()), static_cast<std::streamsize>(rows.nbytes())))
        throw Error(ErrorKind::BadFile, file + ": expected float32 numbers of TOKENS + 1 rows of WIDTH");
    const at::Tensor features = rows.narrow(0, 0, sizes.tokens), text = rows.narrow(0, sizes.tokens, 1);
    const DeterminantPicks picks = pickDeterminant(features, text, sizes.count, {});
    const DeterminantKernel kernel = determinantKernel(features, picks.relevance, {});
    const double whole = medianMs(sizes.runs, [&] { pickDeterminant(features, text, sizes.count, {}); });
    const double greedy = medianMs(sizes.runs, [&] { DeterminantGreedy(kernel, sizes.count).run(); });
    return {{"whole", whole}, {"greedy", greedy}, {"order", picks.order}};
}

int number(const char* text) {
    const int value = std::atoi(text);
    if (value < 1)
        throw Error(ErrorKind::Usage, std::string("'") + text + "': expected a whole number from 1 on");
    return value;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 5 && count != 6) {
        std::fprintf(stderr, "usage: bench_pruners TOKENS WIDTH COUNT RUNS [FILE]\n");
        return 2;
    }
    try {
        const c10::InferenceMode guard;
        const Sizes sizes{number(arguments[1]), number(arguments[2]), number(arguments[3]), number(arguments[4])};
        nlohmann::json report = count == 6 ? cdprunerAlone(sizes, arguments[5]) : allMethods(sizes);
        std::puts(report.dump().c_str());
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "bench_pruners: %s\n", error.what());
        return exitCode(error.kind());
    }
}
