#include "firmware/core/p4_calls.h"

#include "firmware/core/p4_bytes.h"
#include "firmware/core/p4_core.h"
#include "firmware/core/p4_outside.h"

#include <stddef.h>

// A call in the frame. Its first five words become what the answer says.
enum { CALLS = 4, CALL_SIZE = 32, ENTRY = 0, ARGUMENT = 4, LIMIT = 8, FLAGS = 12, PATCHES = 16, RETURNS = 24 };
enum { OUTCOME = 0, RESULT = 4, STACK = 8, CYCLES = 12, ANSWER_SIZE = 20 };
enum { PAIR = 8 }; // a patch, a return

static uint8_t* call_in(const p4_frame* frame, uint32_t number) { return frame->payload + CALLS + CALL_SIZE * number; }

static uint32_t address_of_payload(const p4_core* core, const p4_frame* frame) {
    return core->buffer + P4_RECEIVER_OFFSET + (uint32_t)(frame->payload - core->receiver.bytes);
}

static bool inside(const p4_frame* frame, uint32_t offset, uint32_t size) {
    return offset <= frame->size && size <= frame->size - offset;
}

// A list of pairs that the words at `where` tell; false: it is not in the frame.
typedef struct p4_pairs {
    const uint8_t* first;
    uint32_t count;
} p4_pairs;

static bool find_pairs(const p4_frame* frame, const uint8_t* where, p4_pairs* pairs) {
    uint32_t offset = p4_load32(where);
    pairs->count = p4_load32(where + 4);
    if (pairs->count == 0) return true;
    if (offset > frame->size || pairs->count > (frame->size - offset) / PAIR) return false;
    pairs->first = frame->payload + offset;
    return true;
}

static bool patch_is_good(const p4_frame* frame, const uint8_t* patch) {
    return inside(frame, p4_load32(patch), 4) && inside(frame, p4_load32(patch + 4), 0);
}

static bool return_is_good(const p4_frame* frame, const uint8_t* range) {
    return inside(frame, p4_load32(range), p4_load32(range + 4));
}

// What a call returns, in bytes; false: a range is not in the frame.
static bool size_of_returns(const p4_frame* frame, const uint8_t* call, uint64_t* size) {
    p4_pairs ranges;
    if (!find_pairs(frame, call + RETURNS, &ranges)) return false;
    *size = 0;
    for (uint32_t i = 0; i < ranges.count; ++i) {
        const uint8_t* range = ranges.first + PAIR * i;
        if (!return_is_good(frame, range)) return false;
        *size += p4_load32(range + 4);
    }
    return true;
}

static bool patches_are_good(const p4_frame* frame, const uint8_t* call) {
    p4_pairs patches;
    if (!find_pairs(frame, call + PATCHES, &patches)) return false;
    for (uint32_t i = 0; i < patches.count; ++i)
        if (!patch_is_good(frame, patches.first + PAIR * i)) return false;
    return true;
}

// A V2_ERROR, or 0 if there is code that the session may run.
static uint32_t check_entry(const p4_core* core, const p4_frame* frame, const uint8_t* call) {
    enum { SHORTEST_INSTRUCTION = 2 };
    uint32_t entry = p4_load32(call + ENTRY);
    if (p4_blocks_hold_for(&core->blocks, frame->session, entry, SHORTEST_INSTRUCTION)) return 0;
    return p4_outside_error(core, entry, SHORTEST_INSTRUCTION, P4_TO_RUN);
}

// Takes the call's pairs from those that the frame has room for; false: they
// are more.
static bool take_pairs(const uint8_t* call, uint32_t* pairs) {
    uint32_t patches = p4_load32(call + PATCHES + 4), returns = p4_load32(call + RETURNS + 4);
    if (patches > *pairs || returns > *pairs - patches) return false;
    *pairs -= patches + returns;
    return true;
}

// A V2_ERROR, or 0 if the frame can be run.
static uint32_t check(const p4_core* core, const p4_frame* frame) {
    uint32_t count = p4_load32(frame->payload);
    if (count > (frame->size - CALLS) / CALL_SIZE) return P4_V2_ERROR_BAD_CALL;
    uint64_t total = sizeof(p4_fault) + 4;
    // Lists that several calls share would make work without end.
    uint32_t pairs = frame->size / PAIR;
    for (uint32_t i = 0; i < count; ++i) {
        const uint8_t* call = call_in(frame, i);
        uint64_t size;
        if (!take_pairs(call, &pairs)) return P4_V2_ERROR_BAD_CALL;
        bool good = inside(frame, p4_load32(call + ARGUMENT), 0) && patches_are_good(frame, call) &&
                    size_of_returns(frame, call, &size);
        if (!good) return P4_V2_ERROR_BAD_CALL;
        uint32_t error = check_entry(core, frame, call);
        if (error != 0) return error;
        total += ANSWER_SIZE + size;
    }
    return total > P4_V2_LIMIT_PAYLOAD ? P4_V2_ERROR_TOO_LONG : 0;
}

// An earlier call of the frame may have written into it: checked again.
static void apply_patches(const p4_core* core, const p4_frame* frame, const uint8_t* call) {
    uint32_t base = address_of_payload(core, frame);
    p4_pairs patches;
    if (!find_pairs(frame, call + PATCHES, &patches)) return;
    for (uint32_t i = 0; i < patches.count; ++i) {
        const uint8_t* patch = patches.first + PAIR * i;
        if (patch_is_good(frame, patch)) p4_store32(frame->payload + p4_load32(patch), base + p4_load32(patch + 4));
    }
}

static void note(uint8_t* call, uint32_t outcome, const p4_end* end) {
    p4_store32(call + OUTCOME, outcome);
    p4_store32(call + RESULT, end->result);
    p4_store32(call + STACK, end->stack_used);
    p4_store32(call + CYCLES, (uint32_t)end->cycles);
    p4_store32(call + CYCLES + 4, (uint32_t)(end->cycles >> 32));
}

static uint32_t outcome_number(p4_outcome outcome) {
    switch (outcome) {
    case P4_RETURNED: return P4_V2_OUTCOME_RETURNED;
    case P4_FAULTED: return P4_V2_OUTCOME_FAULTED;
    case P4_STOPPED: return P4_V2_OUTCOME_STOPPED;
    case P4_LIMIT: return P4_V2_OUTCOME_LIMIT;
    case P4_STUCK: break;
    }
    return P4_V2_OUTCOME_STUCK;
}

static bool run(p4_core* core, const p4_frame* frame, uint8_t* call) {
    p4_dialog* dialog = &core->dialog;
    p4_end_clear(&dialog->end);
    if (dialog->stop || check_entry(core, frame, call) != 0) {
        note(call, P4_V2_OUTCOME_NOT_RUN, &dialog->end);
        return false;
    }
    apply_patches(core, frame, call);
    const p4_run what = {.address = p4_load32(call + ENTRY),
                         .argument = address_of_payload(core, frame) + p4_load32(call + ARGUMENT),
                         .limit_ms = p4_load32(call + LIMIT),
                         .measure_stack = (p4_load32(call + FLAGS) & P4_V2_CALL_STACK) != 0,
                         .attend = p4_dialog_attend,
                         .context = core};
    p4_outcome outcome = core->world->execute(core->world->self, &what, &dialog->end);
    note(call, outcome_number(outcome), &dialog->end);
    return outcome == P4_RETURNED;
}

static void run_all(p4_core* core, const p4_frame* frame, uint32_t count) {
    static const p4_end nothing;
    bool goes_on = true;
    for (uint32_t i = 0; i < count; ++i) {
        if (goes_on)
            goes_on = run(core, frame, call_in(frame, i));
        else
            note(call_in(frame, i), P4_V2_OUTCOME_NOT_RUN, &nothing);
    }
}

void p4_calls_serve(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    uint32_t error = check(core, frame);
    if (error != 0) {
        p4_dialog_refuse(core, error);
        return;
    }
    p4_receiver_keep(&core->receiver, frame);
    dialog->call = *frame;
    dialog->calls = p4_load32(frame->payload);
    dialog->running = frame->sequence;
    dialog->stop = dialog->closing = false;
    core->receiver.running = true;
    run_all(core, &dialog->call, dialog->calls);
    p4_dialog_flush_console(core);
    core->receiver.running = false;
    dialog->running = 0;
    if (dialog->closing)
        p4_dialog_end(core);
    else
        p4_calls_answer(core);
}

// The answer.

static bool has_report(uint32_t outcome) {
    return outcome == P4_V2_OUTCOME_FAULTED || outcome == P4_V2_OUTCOME_STOPPED || outcome == P4_V2_OUTCOME_LIMIT;
}

enum { REPORT_WORDS = 3 + 1 + 32 + 2 + 1 };

static uint32_t stack_words(const p4_fault* fault) {
    return fault->count < P4_V2_LIMIT_STACK_WORDS ? fault->count : P4_V2_LIMIT_STACK_WORDS;
}

static uint64_t size_of_answer(const p4_core* core, const uint8_t* call) {
    const p4_dialog* dialog = &core->dialog;
    uint32_t outcome = p4_load32(call + OUTCOME);
    uint64_t size = 0;
    if (outcome == P4_V2_OUTCOME_RETURNED && !size_of_returns(&dialog->call, call, &size)) size = 0;
    if (has_report(outcome)) size = 4 * (REPORT_WORDS + stack_words(&dialog->end.fault));
    return ANSWER_SIZE + size;
}

static void send_report(p4_core* core) {
    const p4_fault* fault = &core->dialog.end.fault;
    p4_sender* sender = &core->sender;
    uint32_t payload = address_of_payload(core, &core->dialog.call);
    p4_send_part_words(sender, (uint32_t[]){fault->cause, fault->pc, fault->value, payload}, 4);
    p4_send_part_words(sender, fault->x, 32);
    p4_send_part_words(sender, (uint32_t[]){fault->stack_low, fault->stack_high, stack_words(fault)}, 3);
    p4_send_part_words(sender, fault->words, stack_words(fault));
}

static void send_returns(p4_core* core, const uint8_t* call) {
    const p4_frame* frame = &core->dialog.call;
    p4_pairs ranges;
    uint64_t size;
    if (!size_of_returns(frame, call, &size) || !find_pairs(frame, call + RETURNS, &ranges)) return;
    for (uint32_t i = 0; i < ranges.count; ++i) {
        const uint8_t* range = ranges.first + PAIR * i;
        p4_send_part(&core->sender, frame->payload + p4_load32(range), p4_load32(range + 4));
    }
}

static void send_call(p4_core* core, const uint8_t* call) {
    uint32_t outcome = p4_load32(call + OUTCOME);
    p4_send_part(&core->sender, call, ANSWER_SIZE);
    if (outcome == P4_V2_OUTCOME_RETURNED) send_returns(core, call);
    if (has_report(outcome)) send_report(core);
}

void p4_calls_answer(p4_core* core) {
    p4_dialog* dialog = &core->dialog;
    uint64_t size = 0;
    for (uint32_t i = 0; i < dialog->calls; ++i) size += size_of_answer(core, call_in(&dialog->call, i));
    // Without calls there is nothing to say; with more than there was at first,
    // a kernel wrote over its frame.
    if (size == 0 || size > P4_V2_LIMIT_PAYLOAD) {
        p4_send_frame(&core->sender, &dialog->last, NULL, 0);
        return;
    }
    p4_send_begin(&core->sender, &dialog->last, (uint32_t)size);
    for (uint32_t i = 0; i < dialog->calls; ++i) send_call(core, call_in(&dialog->call, i));
    p4_send_end(&core->sender);
}
