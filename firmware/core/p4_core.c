#include "firmware/core/p4_core.h"

#include "firmware/core/p4_bytes.h"

#include <string.h>

// The owner of blocks that were allocated with v1.
static const uint32_t nobody = 0;

// Answers of v1.

static void answer(p4_core* core, uint8_t command, uint8_t flags, const uint8_t* payload, uint32_t size) {
    const p4_world* world = core->world;
    uint8_t header[P4_V1_HEADER] = {P4_V1_MAGIC_0, P4_V1_MAGIC_1, command, flags};
    uint8_t checksum[P4_V1_CHECKSUM];
    p4_store32(header + 4, size);
    p4_store16(checksum, p4_sum(header, sizeof header) + p4_sum(payload, size));
    world->send(world->self, header, sizeof header);
    if (size > 0) world->send(world->self, payload, size);
    world->send(world->self, checksum, sizeof checksum);
}

static void answer_words(p4_core* core, const p4_frame* request, const uint32_t* words, uint32_t count) {
    uint8_t payload[4 * 4];
    for (uint32_t i = 0; i < count; ++i) p4_store32(payload + 4 * i, words[i]);
    answer(core, request->command, P4_V1_FLAG_OK, payload, 4 * count);
}

static void answer_word(p4_core* core, const p4_frame* request, uint32_t word) {
    answer_words(core, request, &word, 1);
}

static void answer_error(p4_core* core, const p4_frame* request, uint32_t error) {
    uint8_t payload[4];
    p4_store32(payload, error);
    answer(core, request->command, P4_V1_FLAG_ERROR, payload, sizeof payload);
}

// The commands of v1, one function each, in the order of spec/protocol/v1.def. The
// payload has at least the row's request_size bytes.

static void serve_PING(p4_core* core, const p4_frame* request) {
    answer(core, request->command, P4_V1_FLAG_OK, request->payload, request->size);
}

static void serve_ALLOC(p4_core* core, const p4_frame* request) {
    const uint8_t* payload = request->payload;
    uint32_t address = p4_blocks_allocate(&core->blocks, nobody, p4_load32(payload), p4_load32(payload + 4),
                                          p4_load32(payload + 8));
    uint32_t status = address != 0 ? P4_V1_ERROR_NONE : P4_V1_ERROR_ALLOC_FAIL;
    answer_words(core, request, (uint32_t[]){address, status}, 2);
}

static void serve_FREE(p4_core* core, const p4_frame* request) {
    uint32_t address = p4_load32(request->payload);
    if (address == 0 || p4_blocks_free(&core->blocks, nobody, address) == P4_OK)
        answer_word(core, request, 0);
    else
        answer_error(core, request, P4_V1_ERROR_NOT_OWNED);
}

static void serve_WRITE_MEM(p4_core* core, const p4_frame* request) {
    const p4_world* world = core->world;
    uint32_t address = p4_load32(request->payload);
    uint32_t size = request->size - 4;
    if (!p4_blocks_hold_for(&core->blocks, nobody, address, size)) {
        answer_error(core, request, P4_V1_ERROR_NOT_OWNED);
        return;
    }
    if (size > 0) memcpy(world->memory(world->self, address), request->payload + 4, size);
    bool synced = world->sync(world->self, address, size);
    answer_words(core, request, (uint32_t[]){size, synced ? P4_V1_STATUS_SYNCED : P4_V1_STATUS_NOT_SYNCED}, 2);
}

static void serve_READ_MEM(p4_core* core, const p4_frame* request) {
    uint32_t address = p4_load32(request->payload);
    uint32_t size = p4_load32(request->payload + 4);
    if (size > P4_V1_LIMIT_PAYLOAD) {
        answer_error(core, request, P4_V1_ERROR_TOO_LONG);
    } else if (!p4_blocks_hold_for(&core->blocks, nobody, address, size)) {
        answer_error(core, request, P4_V1_ERROR_NOT_OWNED);
    } else {
        const uint8_t* data = size > 0 ? core->world->memory(core->world->self, address) : 0;
        answer(core, request->command, P4_V1_FLAG_OK, data, size);
    }
}

// Takes the bytes that are there already: they came before the kernel starts
// and must not stop it.
static void take_waiting_bytes(p4_core* core) {
    const p4_world* world = core->world;
    for (;;) {
        uint32_t room;
        uint8_t* to = p4_receiver_room(&core->receiver, &room);
        int32_t count = room > 0 ? world->receive(world->self, to, room, 0) : 0;
        if (count <= 0) return;
        p4_receiver_took(&core->receiver, (uint32_t)count);
    }
}

// A host of v1 that sends something new has given the function up.
static bool stop_at_once(void* context) {
    (void)context;
    return true;
}

static void serve_EXEC(p4_core* core, const p4_frame* request) {
    enum { SHORTEST_INSTRUCTION = 2 };
    uint32_t address = p4_load32(request->payload);
    if (!p4_blocks_hold_for(&core->blocks, nobody, address, SHORTEST_INSTRUCTION)) {
        answer_error(core, request, P4_V1_ERROR_NOT_OWNED);
        return;
    }
    take_waiting_bytes(core);
    const p4_run run = {.address = address, .attend = stop_at_once};
    p4_end_clear(&core->dialog.end);
    switch (core->world->execute(core->world->self, &run, &core->dialog.end)) {
    case P4_RETURNED: answer_word(core, request, core->dialog.end.result); break;
    case P4_FAULTED: answer_error(core, request, P4_V1_ERROR_FAULT); break;
    case P4_STOPPED:
    case P4_LIMIT:
    case P4_STUCK: answer_error(core, request, P4_V1_ERROR_STOPPED); break;
    }
}

static void serve_HEAP_INFO(p4_core* core, const p4_frame* request) {
    p4_heap_sizes sizes = core->world->heap_sizes(core->world->self);
    answer_words(core, request,
                 (uint32_t[]){sizes.free_spiram, sizes.total_spiram, sizes.free_internal, sizes.total_internal}, 4);
}

static void serve_HEAP_CHECK(p4_core* core, const p4_frame* request) {
    p4_heap_health health = core->world->heap_check(core->world->self);
    answer_words(core, request,
                 (uint32_t[]){health.damaged, health.blocks, health.largest_spiram, health.largest_internal}, 4);
}

static const struct {
    uint8_t id;
    uint32_t request_size;
    void (*serve)(p4_core* core, const p4_frame* request);
} commands[] = {
#define V1_COMMAND(NAME, id, request_size, ...) {id, request_size, serve_##NAME},
#include "spec/protocol/v1.def"
};

static void dispatch(p4_core* core, const p4_frame* request) {
    for (uint32_t i = 0; i < sizeof commands / sizeof *commands; ++i) {
        if (commands[i].id != request->command || commands[i].request_size > request->size) continue;
        commands[i].serve(core, request);
        return;
    }
    answer_error(core, request, P4_V1_ERROR_UNKNOWN_COMMAND);
}

p4_status p4_core_start(p4_core* core, const p4_world* world) {
    *core = (p4_core){.world = world};
    p4_crc_start(&core->crc);
    core->sender = (p4_sender){.world = world, .crc = &core->crc};
    // Side by side at the bottom of the heap: a kernel that writes past the end
    // of its own memory does not get here.
    if (p4_blocks_start(&core->blocks, world) != P4_OK) return P4_NO_MEMORY;
    core->buffer = p4_allocate_own(world, P4_RECEIVER_MEMORY);
    if (core->buffer == 0) return P4_NO_MEMORY;
    p4_receiver_start(&core->receiver, world->memory(world->self, core->buffer), &core->crc);
    return P4_OK;
}

p4_status p4_core_serve(p4_core* core) {
    const p4_world* world = core->world;
    p4_receiver* receiver = &core->receiver;
    uint32_t room;
    uint8_t* to = p4_receiver_room(receiver, &room);
    uint32_t patience = p4_receiver_patience(receiver);
    int32_t count = world->receive(world->self, to, room, patience != 0 ? patience : P4_FOREVER);
    if (count < 0) {
        p4_dialog_end(core);
        p4_receiver_clear(receiver);
        return P4_LINK_LOST;
    }
    if (count == 0)
        p4_receiver_silence(receiver);
    else
        p4_receiver_took(receiver, (uint32_t)count);

    // Beyond this point every byte received is in the receiver's buffer.
    p4_frame frame;
    for (;;) {
        switch (p4_receiver_next(receiver, &frame)) {
        case P4_NOTHING: return P4_OK;
        case P4_REQUEST: dispatch(core, &frame); break;
        case P4_FAILURE: answer_error(core, &frame, frame.error); break;
        case P4_MESSAGE: p4_dialog_message(core, &frame); break;
        case P4_AGAIN: p4_dialog_again(core, &frame); break;
        case P4_DAMAGE: p4_dialog_damage(core); break;
        }
    }
}
