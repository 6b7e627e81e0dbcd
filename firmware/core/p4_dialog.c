#include "firmware/core/p4_dialog.h"

#include "firmware/core/p4_bytes.h"
#include "firmware/core/p4_calls.h"
#include "firmware/core/p4_core.h"
#include "firmware/core/p4_outside.h"

#include <string.h>

static uint32_t now_ms(const p4_core* core) { return core->world->now_ms(core->world->self); }

// Answers to messages that are not numbered.

static p4_head head_for(const p4_frame* frame, uint8_t kind) {
    return (p4_head){frame->command, kind, frame->session, frame->sequence};
}

static void reply(p4_core* core, const p4_frame* frame, const uint32_t* words, uint32_t count) {
    p4_head head = head_for(frame, P4_V2_KIND_ANSWER);
    p4_send_words(&core->sender, &head, words, count);
}

static void refuse(p4_core* core, const p4_frame* frame, uint32_t error) {
    p4_head head = head_for(frame, P4_V2_KIND_ERROR);
    p4_send_words(&core->sender, &head, &error, 1);
}

// Words, and a text behind them.
static void reply_with_text(p4_core* core, const p4_frame* frame, const uint32_t* words, uint32_t count,
                            const uint8_t* text, uint32_t size) {
    p4_head head = head_for(frame, P4_V2_KIND_ANSWER);
    p4_send_begin(&core->sender, &head, 4 * count + size);
    p4_send_part_words(&core->sender, words, count);
    p4_send_part(&core->sender, text, size);
    p4_send_end(&core->sender);
}

static void ask_to_resend(p4_core* core) {
    core->dialog.asked = core->receiver.answered + 1;
    p4_head head = {P4_V2_PING, P4_V2_KIND_RESEND, core->dialog.session, core->receiver.answered + 1};
    p4_send_frame(&core->sender, &head, NULL, 0);
}

// The answer to the numbered request that was carried out last.

static void answer_last(p4_core* core) {
    p4_dialog* dialog = &core->dialog;
    bool answered = dialog->last.kind == P4_V2_KIND_ANSWER;
    if (answered && dialog->last.message == P4_V2_READ)
        p4_send_frame(&core->sender, &dialog->last,
                      dialog->outside ? core->outside : core->world->memory(core->world->self, dialog->address),
                      dialog->size);
    else if (answered && dialog->last.message == P4_V2_CALL)
        p4_calls_answer(core);
    else
        p4_send_words(&core->sender, &dialog->last, dialog->words, dialog->count);
}

static void answer_words(p4_core* core, const uint32_t* words, uint32_t count) {
    p4_dialog* dialog = &core->dialog;
    if (count > 0) memcpy(dialog->words, words, count * sizeof *words);
    dialog->count = count;
    answer_last(core);
}

void p4_dialog_refuse(p4_core* core, uint32_t error) {
    core->dialog.last.kind = P4_V2_KIND_ERROR;
    answer_words(core, &error, 1);
}

// Sessions.

static void begin_session(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    uint32_t size = frame->size - 8;
    *dialog = (p4_dialog){.session = frame->session, .lease = p4_load32(frame->payload + 4), .heard = now_ms(core)};
    dialog->name_size = size < P4_V2_LIMIT_NAME ? size : P4_V2_LIMIT_NAME;
    memcpy(dialog->name, frame->payload + 8, dialog->name_size);
    core->receiver.session = frame->session;
    core->receiver.answered = 0;
    p4_receiver_keep(&core->receiver, NULL);
    uint32_t flags = p4_load32(frame->payload);
    dialog->unsafe = (flags & P4_V2_OPEN_UNSAFE) != 0;
    core->world->route_console(core->world->self, (flags & P4_V2_OPEN_CONSOLE) != 0);
}

void p4_dialog_end(p4_core* core) {
    const p4_world* world = core->world;
    p4_dialog* dialog = &core->dialog;
    if (dialog->session == 0) return;
    uint32_t address;
    while ((address = p4_blocks_take(&core->blocks, dialog->session)) != 0) world->release(world->self, address);
    world->route_console(world->self, false);
    *dialog = (p4_dialog){0};
    core->receiver.session = 0;
    core->receiver.damaged = core->receiver.reported = false;
    p4_receiver_keep(&core->receiver, NULL);
}

// The messages, one function each, in the order of spec/protocol/v2.def. The
// payload has at least the row's request_size bytes.

static uint32_t schema(const p4_core* core) {
    static const char text[] = ""
#define V2_MESSAGE(...) P4_V2_SCHEMA_TEXT_OF(__VA_ARGS__)
#include "spec/protocol/v2.def"
        ;
    return p4_crc(&core->crc, 0, (const uint8_t*)text, sizeof text - 1);
}

static void serve_HELLO(p4_core* core, const p4_frame* frame) {
    const p4_about* about = core->world->about;
    uint32_t oldest = p4_load32(frame->payload), newest = p4_load32(frame->payload + 4);
    if (oldest > P4_V2_LIMIT_VERSION || newest < P4_V2_LIMIT_VERSION) {
        refuse(core, frame, P4_V2_ERROR_VERSION);
        return;
    }
    uint32_t words[10 + 5] = {P4_V2_LIMIT_VERSION, schema(core),     about->chip,         about->revision,
                              about->clock_hz,     about->boot,      P4_V2_LIMIT_PAYLOAD, P4_V2_LIMIT_CREDIT,
                              about->stack,        about->stack_size};
    enum { BUILD = 20 };
    uint8_t build[BUILD] = {0};
    memcpy(build, about->build, about->build_size < BUILD ? about->build_size : BUILD);
    for (uint32_t i = 0; i < BUILD / 4; ++i) words[10 + i] = p4_load32(build + 4 * i);
    reply_with_text(core, frame, words, 15, (const uint8_t*)about->name, (uint32_t)strlen(about->name));
}

static void serve_PING(p4_core* core, const p4_frame* frame) {
    const p4_dialog* dialog = &core->dialog;
    uint32_t done = dialog->running != 0 ? dialog->running - 1 : core->receiver.answered;
    reply(core, frame, (uint32_t[]){core->world->about->boot, dialog->session, done, dialog->running}, 4);
}

static bool may_take_over(const p4_core* core, const p4_frame* frame) {
    const p4_dialog* dialog = &core->dialog;
    bool insists = (p4_load32(frame->payload) & P4_V2_OPEN_TAKE_OVER) != 0;
    return insists || dialog->session == 0 || now_ms(core) - dialog->heard > dialog->lease;
}

static void serve_OPEN(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    if (frame->session == 0) {
        refuse(core, frame, P4_V2_ERROR_NO_SESSION);
        return;
    }
    if (dialog->session != frame->session && may_take_over(core, frame)) {
        if (dialog->running != 0) {
            // Its memory can be freed only when the call has ended.
            dialog->stop = dialog->closing = true;
            refuse(core, frame, P4_V2_ERROR_BUSY);
            return;
        }
        p4_dialog_end(core);
        begin_session(core, frame);
    }
    uint32_t silent = now_ms(core) - dialog->heard;
    reply_with_text(core, frame, (uint32_t[]){dialog->session, silent}, 2, dialog->name, dialog->name_size);
}

static void serve_CLOSE(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    if (dialog->running != 0)
        dialog->stop = dialog->closing = true;
    else
        p4_dialog_end(core);
    reply(core, frame, NULL, 0);
}

static void serve_CANCEL(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    uint32_t runs = dialog->running != 0 && dialog->running == frame->sequence;
    if (runs) dialog->stop = true;
    reply(core, frame, &runs, 1);
}

static void serve_REPEAT(p4_core* core, const p4_frame* frame) {
    const p4_dialog* dialog = &core->dialog;
    if (frame->sequence != core->receiver.answered || !dialog->has_answer)
        refuse(core, frame, P4_V2_ERROR_ANSWERED);
    else if (dialog->running == 0)
        answer_last(core);
}

static void serve_ALLOC(p4_core* core, const p4_frame* frame) {
    const uint8_t* payload = frame->payload;
    uint32_t address = p4_blocks_allocate(&core->blocks, frame->session, p4_load32(payload), p4_load32(payload + 4),
                                          p4_load32(payload + 8));
    if (address == 0)
        p4_dialog_refuse(core, P4_V2_ERROR_NO_MEMORY);
    else
        answer_words(core, &address, 1);
}

static void serve_FREE(p4_core* core, const p4_frame* frame) {
    uint32_t address = p4_load32(frame->payload);
    if (p4_blocks_free(&core->blocks, frame->session, address) == P4_OK)
        answer_words(core, NULL, 0);
    else
        p4_dialog_refuse(core, P4_V2_ERROR_NOT_OWNED);
}

static void serve_WRITE(p4_core* core, const p4_frame* frame) {
    const p4_world* world = core->world;
    uint32_t address = p4_load32(frame->payload), size = frame->size - 4;
    bool owned = p4_blocks_hold_for(&core->blocks, frame->session, address, size);
    uint32_t error = owned ? 0 : p4_outside_error(core, address, size, P4_TO_WRITE);
    if (error != 0) {
        p4_dialog_refuse(core, error);
        return;
    }
    if (!owned)
        p4_outside_write(core, address, frame->payload + 4, size);
    else if (size > 0)
        memcpy(world->memory(world->self, address), frame->payload + 4, size);
    world->sync(world->self, address, size);
    answer_words(core, NULL, 0);
}

static void serve_READ(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    dialog->address = p4_load32(frame->payload);
    dialog->size = p4_load32(frame->payload + 4);
    dialog->outside = !p4_blocks_hold_for(&core->blocks, frame->session, dialog->address, dialog->size);
    uint32_t error = 0;
    if (dialog->size > P4_V2_LIMIT_PAYLOAD)
        error = P4_V2_ERROR_TOO_LONG;
    else if (dialog->outside)
        error = p4_outside_error(core, dialog->address, dialog->size, P4_TO_READ);
    if (error == 0 && dialog->outside && dialog->size > P4_V2_LIMIT_OUTSIDE) error = P4_V2_ERROR_TOO_LONG;
    if (error != 0) {
        p4_dialog_refuse(core, error);
        return;
    }
    if (dialog->outside) p4_outside_read(core, dialog->address, dialog->size);
    answer_last(core);
}

static void serve_HEAP(p4_core* core, const p4_frame* frame) {
    (void)frame;
    p4_heap_sizes sizes = core->world->heap_sizes(core->world->self);
    p4_heap_health health = core->world->heap_check(core->world->self);
    answer_words(core,
                 (uint32_t[]){sizes.free_spiram, sizes.total_spiram, sizes.free_internal, sizes.total_internal,
                              health.damaged, health.blocks, health.largest_spiram, health.largest_internal},
                 8);
}

static void serve_CALL(p4_core* core, const p4_frame* frame) { p4_calls_serve(core, frame); }

static void serve_CONSOLE(p4_core* core, const p4_frame* frame) {
    (void)frame;
    p4_dialog_refuse(core, P4_V2_ERROR_UNKNOWN);
}

typedef struct p4_row {
    uint8_t id;
    uint32_t request_size;
    void (*serve)(p4_core* core, const p4_frame* frame);
} p4_row;

static const p4_row* row_of(const p4_frame* frame) {
    static const p4_row rows[] = {
#define V2_MESSAGE(NAME, id, request_size, ...) {id, request_size, serve_##NAME},
#include "spec/protocol/v2.def"
    };
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        if (rows[i].id == frame->command) return rows[i].request_size <= frame->size ? &rows[i] : NULL;
    return NULL;
}

static void serve_numbered(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    if (frame->error == P4_V2_ERROR_BUSY) {
        refuse(core, frame, P4_V2_ERROR_BUSY);
        return;
    }
    int32_t distance = (int32_t)(frame->sequence - core->receiver.answered);
    if (distance > 1) {
        // What follows a lost request on its way was sent before the host knew.
        if (dialog->asked != core->receiver.answered + 1) ask_to_resend(core);
        return;
    }
    if (distance < 1) {
        refuse(core, frame, P4_V2_ERROR_ANSWERED);
        return;
    }
    // Beyond this point the host has the answer before this one.
    core->receiver.answered = frame->sequence;
    p4_receiver_keep(&core->receiver, NULL);
    dialog->last = head_for(frame, P4_V2_KIND_ANSWER);
    dialog->has_answer = true;
    const p4_row* row = frame->error == 0 ? row_of(frame) : NULL;
    if (row)
        row->serve(core, frame);
    else
        p4_dialog_refuse(core, frame->error != 0 ? frame->error : P4_V2_ERROR_UNKNOWN);
}

// Messages that need no session: HELLO, OPEN; a PING from outside is answered
// too, and tells who has the board.
static bool needs_session(uint8_t message) {
    return message != P4_V2_HELLO && message != P4_V2_PING && message != P4_V2_OPEN;
}

void p4_dialog_message(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    if (frame->kind != P4_V2_KIND_REQUEST) return;
    bool owner = dialog->session != 0 && frame->session == dialog->session;
    if (owner) dialog->heard = now_ms(core);
    if (!owner && needs_session(frame->command)) {
        refuse(core, frame, P4_V2_ERROR_NO_SESSION);
    } else if (frame->command >= P4_V2_LIMIT_FIRST_NUMBERED) {
        serve_numbered(core, frame);
    } else {
        const p4_row* row = frame->error == 0 ? row_of(frame) : NULL;
        if (row)
            row->serve(core, frame);
        else
            refuse(core, frame, frame->error != 0 ? frame->error : P4_V2_ERROR_UNKNOWN);
    }
}

void p4_dialog_again(p4_core* core, const p4_frame* frame) {
    p4_dialog* dialog = &core->dialog;
    if (frame->kind != P4_V2_KIND_REQUEST) return;
    dialog->heard = now_ms(core);
    if (dialog->running == 0 && dialog->has_answer) answer_last(core);
}

void p4_dialog_damage(p4_core* core) { ask_to_resend(core); }

// While a call runs.

void p4_dialog_flush_console(p4_core* core) {
    const p4_world* world = core->world;
    p4_dialog* dialog = &core->dialog;
    uint8_t text[128];
    for (;;) {
        uint32_t count = world->console(world->self, text, sizeof text);
        if (count == 0) return;
        p4_head head = {P4_V2_CONSOLE, P4_V2_KIND_EVENT, dialog->session, dialog->printed};
        p4_send_frame(&core->sender, &head, text, count);
        dialog->printed += count;
    }
}

static void take_events(p4_core* core) {
    p4_frame frame;
    for (;;) {
        switch (p4_receiver_next(&core->receiver, &frame)) {
        case P4_MESSAGE: p4_dialog_message(core, &frame); break;
        case P4_AGAIN: p4_dialog_again(core, &frame); break;
        case P4_DAMAGE: p4_dialog_damage(core); break;
        case P4_REQUEST: // v1 is not looked for
        case P4_FAILURE: break;
        case P4_NOTHING: return;
        }
    }
}

// What came before a long silence and is not whole will never be.
static void notice_silence(p4_core* core) {
    uint32_t patience = p4_receiver_patience(&core->receiver);
    if (patience == 0 || now_ms(core) - core->last_byte <= patience) return;
    p4_receiver_silence(&core->receiver);
    take_events(core);
}

bool p4_dialog_attend(void* context) {
    p4_core* core = context;
    p4_dialog* dialog = &core->dialog;
    const p4_world* world = core->world;
    p4_dialog_flush_console(core);
    notice_silence(core);
    for (;;) {
        uint32_t room;
        uint8_t* to = p4_receiver_room(&core->receiver, &room);
        int32_t count = world->receive(world->self, to, room, 0);
        if (count < 0) dialog->stop = dialog->closing = true;
        if (count <= 0) return dialog->stop;
        core->last_byte = now_ms(core);
        p4_receiver_took(&core->receiver, (uint32_t)count);
        take_events(core);
    }
}
