// Every sample line through every compiler of this machine, and back.
#include "tests/assembly/assembled.hpp"
#include "tests/pie/samples.hpp"

using namespace p4jit;
using namespace p4jit::tests;

namespace {

bool assembles_to(const Sample& sample, const isa::ChipRevision& revision) {
    try {
        return isa::assemble(sample.text, revision.extensions()) == sample.word;
    } catch (const UsageError&) {
        return false;
    }
}

void compare(const Bench& bench, const char* file, const isa::ChipRevision& revision, unsigned old_dialect) {
    const auto list = samples(file);
    std::string text;
    unsigned old = 0;
    for (const auto& sample : list) {
        const bool is_todays = assembles_to(sample, revision);
        text += (is_todays ? sample.text : todays_dialect(sample.text)) + '\n';
        old += !is_todays;
    }
    CHECK(old == old_dialect);
    const CompileOptions options{.revision = revision};
    const auto object = object_of(bench, Source::text(text, "samples.S"), options);
    const auto image = image_of(object);
    REQUIRE(image.size() == 4 * list.size());
    unsigned equal = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        CAPTURE(list[i].text);
        CHECK(word_at(image, 4 * i) == list[i].word);
        equal += word_at(image, 4 * i) == list[i].word;
    }
    MESSAGE(fmt::format("{}: {} of {} lines", file, equal, list.size()));
    const auto listing = jit::assembly_listing(object, revision);
    // Only loops whose ends are behind the last line cannot have a label.
    for (const auto line : lines(listing))
        if (line.find(".word") != line.npos) CHECK(line.find("esp.lp.") != line.npos);
    const auto again = object_of(bench, Source::text(listing, "again.s"), options);
    CHECK(code_of(again, revision) == code_of(object, revision));
}

} // namespace

TEST_CASE("every PIE 2.1 and loop sample assembles to its word and disassembles back") {
    for_each_compiler([](const Bench& bench) { compare(bench, "encodings2p1.tsv", {1, 3}, 4); });
}

TEST_CASE("every PIE 2.2 sample assembles to its word and disassembles back") {
    for_each_compiler([](const Bench& bench) { compare(bench, "encodings2p2.tsv", {3, 1}, 0); });
}
