#include "p4jit/wire/v2_call.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>

namespace p4jit::wire::v2 {

namespace {

struct CallRecord {
    std::uint32_t entry, argument, limit, flags, patches, patch_count, returns, return_count;
};
struct Pair {
    std::uint32_t first, second;
};
struct AnswerHead {
    Outcome outcome;
    std::uint32_t result, stack, cycles_low, cycles_high;
};
struct ReportHead {
    std::uint32_t cause, pc, value, payload, x[32], stack_low, stack_high, count;
};

/// Where everything of one call goes.
struct Layout {
    CallRecord record{};
    std::vector<std::uint32_t> arrays;
};

class Planner {
public:
    explicit Planner(std::span<const Call> calls) : at_(4 + sizeof(CallRecord) * calls.size()) {
        for (const auto& call : calls) plan(call);
    }
    const std::vector<Layout>& layouts() const { return layouts_; }
    std::size_t size() const { return at_; }

private:
    void plan(const Call& call) {
        Layout layout;
        auto& record = layout.record;
        record.entry = call.entry;
        record.limit = call.limit_ms;
        record.flags = call.measure_stack ? std::uint32_t{CALL_STACK} : 0;
        record.patch_count = static_cast<std::uint32_t>(call.arrays.size() + call.pointers.size());
        record.return_count = 1;
        for (const auto& array : call.arrays) record.return_count += array.comes_back;
        record.patches = take(sizeof(Pair) * record.patch_count, 4);
        record.returns = take(sizeof(Pair) * record.return_count, 4);
        record.argument = take(call.block.size(), 16);
        for (const auto& array : call.arrays) layout.arrays.push_back(take(array.data.size(), limit::ALIGNMENT));
        layouts_.push_back(std::move(layout));
    }

    std::uint32_t take(std::size_t size, std::size_t alignment) {
        const auto at = align_up(at_, alignment);
        at_ = at + size;
        if (at_ > limit::PAYLOAD) throw ProtocolError("the arrays of a call are longer than a frame takes");
        return static_cast<std::uint32_t>(at);
    }

    std::size_t at_;
    std::vector<Layout> layouts_;
};

void put(Bytes& bytes, std::size_t at, ByteView what) {
    std::ranges::copy(what, bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

void put_pair(Bytes& bytes, std::uint32_t& at, Pair pair) {
    store_le(&bytes[at], pair);
    at += sizeof pair;
}

void put_patch(Bytes& bytes, std::uint32_t& at, const Call& call, const Layout& layout, const CallPointer& pointer) {
    if (call.block.size() < 4 || pointer.slot > call.block.size() - 4)
        throw ProtocolError("an array's slot is outside the block of arguments");
    if (pointer.array >= call.arrays.size() || pointer.offset > call.arrays[pointer.array].data.size())
        throw ProtocolError("a pointer is outside its array");
    put_pair(bytes, at, {layout.record.argument + pointer.slot, layout.arrays[pointer.array] + pointer.offset});
}

void encode_call(Bytes& bytes, std::size_t number, const Call& call, const Layout& layout) {
    const auto& record = layout.record;
    store_le(&bytes[4 + sizeof record * number], record);
    put(bytes, record.argument, call.block);
    auto patch = record.patches, range = record.returns;
    const auto block_size = static_cast<std::uint32_t>(call.block.size());
    put_pair(bytes, range, {record.argument + call.returns_from, block_size - call.returns_from});
    for (std::size_t i = 0; i < call.arrays.size(); ++i) {
        const auto& array = call.arrays[i];
        put(bytes, layout.arrays[i], array.data);
        put_patch(bytes, patch, call, layout, {array.slot, static_cast<std::uint32_t>(i), 0});
        if (array.comes_back) put_pair(bytes, range, {layout.arrays[i], static_cast<std::uint32_t>(array.data.size())});
    }
    for (const auto& pointer : call.pointers) put_patch(bytes, patch, call, layout, pointer);
}

/// What was read makes no sense: the cursor is no longer ok.
void spoil(Cursor& at) { at.skip(at.left() + 1); }

FaultReport parse_report(Cursor& at) {
    const auto head = at.read<ReportHead>();
    FaultReport report{.cause = head.cause,
                       .pc = head.pc,
                       .value = head.value,
                       .payload = head.payload,
                       .x = {},
                       .stack_low = head.stack_low,
                       .stack_high = head.stack_high,
                       .stack = {}};
    std::ranges::copy(head.x, report.x.begin());
    if (head.count > limit::STACK_WORDS) spoil(at);
    for (std::uint32_t i = 0; i < head.count && at.ok(); ++i) report.stack.push_back(at.u32());
    return report;
}

CallAnswer parse_call(const Call& call, Cursor& at) {
    const auto head = at.read<AnswerHead>();
    CallAnswer answer;
    answer.outcome = head.outcome;
    answer.result = head.result;
    answer.stack = head.stack;
    answer.cycles = head.cycles_low | std::uint64_t{head.cycles_high} << 32;
    if (head.outcome == Outcome::RETURNED) {
        answer.block = at.take(call.block.size() - call.returns_from);
        for (const auto& array : call.arrays)
            if (array.comes_back) answer.arrays.push_back(at.take(array.data.size()));
    } else if (head.outcome == Outcome::FAULTED || head.outcome == Outcome::STOPPED || head.outcome == Outcome::LIMIT) {
        answer.fault = parse_report(at);
    } else if (head.outcome != Outcome::STUCK && head.outcome != Outcome::NOT_RUN) {
        spoil(at);
    }
    return answer;
}

} // namespace

std::size_t size_of_calls(std::span<const Call> calls) {
    std::size_t size = 4;
    for (const auto& call : calls) {
        size += sizeof(CallRecord) + 2 * sizeof(Pair) + call.block.size() + 8;
        for (const auto& array : call.arrays) size += 2 * sizeof(Pair) + array.data.size() + limit::ALIGNMENT;
        size += sizeof(Pair) * call.pointers.size();
    }
    return size + sizeof(ReportHead) + 4 * limit::STACK_WORDS;
}

Bytes encode_calls(std::span<const Call> calls) {
    const Planner plan(calls);
    Bytes bytes(plan.size());
    store_le(bytes.data(), static_cast<std::uint32_t>(calls.size()));
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (calls[i].returns_from > calls[i].block.size())
            throw ProtocolError("a call returns more of its block than there is");
        encode_call(bytes, i, calls[i], plan.layouts()[i]);
    }
    return bytes;
}

std::optional<std::vector<CallAnswer>> parse_calls(std::span<const Call> calls, ByteView payload) {
    Cursor at(payload);
    std::vector<CallAnswer> answers;
    for (const auto& call : calls) answers.push_back(parse_call(call, at));
    if (!at.ok() || !at.done()) return std::nullopt;
    return answers;
}

std::vector<std::uint32_t> places_of_arrays(const Call& call) { return Planner({&call, 1}).layouts()[0].arrays; }

} // namespace p4jit::wire::v2
