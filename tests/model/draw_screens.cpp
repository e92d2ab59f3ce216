// draw_screens OPTIONS.json FIRST_SEED COUNT [FOLDER]: times drawing and asking on one core, and writes pictures with
// their questions into FOLDER for people to look at. OPTIONS.json holds screen options; {} are the usual ones.

#include "core/base/error.h"
#include "core/base/json_fields.h"
#include "core/image/image_file.h"
#include "model/datasets/screens/ask_about.h"
#include "model/datasets/screens/screen_maker.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace prunescope;
using namespace prunescope::model;

namespace {

constexpr int kQuestions = 8;

void write(const Screen& screen, std::uint64_t seed, const std::string& folder) {
    const std::string stem = folder + "/" + std::to_string(seed);
    writeImage(stem + ".png", screen.picture);
    std::ofstream file(stem + ".txt");
    for (const ScreenQuestion& question : askAbout(screen, seed, kQuestions))
        file << toText(question.task) << " | " << question.question << " | " << question.answer << "\n";
}

void time(const ScreenMaker& maker, std::uint64_t first, int count) {
    std::size_t elements = 0, questions = 0, characters = 0;
    maker.draw(first); // decodes the letters
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
        const std::uint64_t seed = first + static_cast<std::uint64_t>(i);
        const Screen screen = maker.draw(seed);
        elements += screen.elements.size();
        characters += screen.characters.size();
        questions += askAbout(screen, seed, kQuestions).size();
    }
    const std::chrono::duration<double, std::milli> ms = std::chrono::steady_clock::now() - start;
    std::printf("%.3f ms a screen; %.1f elements, %.1f questions, %.0f characters\n", ms.count() / count,
                static_cast<double>(elements) / count, static_cast<double>(questions) / count,
                static_cast<double>(characters) / count);
}

} // namespace

int main(int count, char** arguments) {
    if (count < 4) {
        std::fputs("usage: draw_screens OPTIONS.json FIRST_SEED COUNT [FOLDER]\n", stderr);
        return 2;
    }
    try {
        const ScreenMaker maker(screenOptionsFromJson(readJsonFile(arguments[1]), arguments[1]));
        const std::uint64_t first = std::strtoull(arguments[2], nullptr, 10);
        const int screens = std::max(1, std::atoi(arguments[3]));
        time(maker, first, screens);
        for (int i = 0; count > 4 && i < screens; ++i)
            write(maker.draw(first + static_cast<std::uint64_t>(i)), first + static_cast<std::uint64_t>(i),
                  arguments[4]);
    } catch (const Error& error) {
        std::fprintf(stderr, "draw_screens: %s\n", error.what());
        return exitCode(error.kind());
    }
    return 0;
}
