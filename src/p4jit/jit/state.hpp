// What the public handles share.
#pragma once

#include "p4jit/jit/calling.hpp"
#include "p4jit/jit/device.hpp"
#include "p4jit/jit/image.hpp"

#include "p4jit/board/virtual_board.hpp"
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/elf/archive.hpp"
#include "p4jit/link/plan.hpp"
#include "p4jit/session/session.hpp"
#include "p4jit/toolchain/compiler.hpp"
#include "p4jit/transport/ports.hpp"

#include <atomic>
#include <mutex>

namespace p4jit::jit {

struct ModuleState;

/// An open device and what is known about it.
class DeviceState : public std::enable_shared_from_this<DeviceState> {
public:
    explicit DeviceState(DeviceOptions options);
    /// What is known without a device: the virtual board's firmware unless another
    /// is named, and a compiler. There is no session.
    static std::shared_ptr<DeviceState> without_device(DeviceOptions options);

    session::Session& session() { return *session_; }
    /// Counts the sessions: what was allocated in an earlier one is gone.
    unsigned epoch() const { return epoch_; }
    Reconnected reconnect(std::chrono::nanoseconds patience);
    HeapStats heap_stats();
    const DeviceOptions& options() const { return options_; }
    bool is_virtual() const { return is_virtual_; }
    const isa::ChipRevision& revision() const { return revision_; }
    /// The clock that cycles are counted with.
    std::uint64_t cpu_hz() const;

    /// The firmware's symbols, or nullptr if its ELF is not known.
    const elf::Object* firmware() const { return firmware_ ? &*firmware_ : nullptr; }

    /// Found when first needed. Throws ToolchainNotFound.
    const toolchain::Compiler& compiler();
    /// libgcc and libc of the compiler, opened when first needed.
    const std::vector<elf::Archive>& archives();

    /// Throws OutOfMemory, for more than 32 bits can count as well.
    Memory allocate(std::size_t size, std::uint32_t memory_caps, std::uint32_t alignment);

    /// A block that somebody else allocated and frees.
    Memory borrow(std::uint32_t address, std::size_t size);

    /// Modules on the device, for those who ask what an address is.
    void remember(const std::shared_ptr<ModuleState>& module);
    std::vector<std::shared_ptr<const ModuleState>> modules();
    /// Lines of the firmware's code; nullptr if they are not known.
    const dwarf::LineTable* firmware_lines();

private:
    DeviceState() = default;
    void open();
    void open_virtual();
    std::unique_ptr<transport::Pipe> virtual_board();
    std::unique_ptr<transport::Pipe> open_again(const Deadline& deadline);
    std::vector<std::string> drop_modules(std::size_t& blocks);
    std::unique_ptr<session::Session> reach_board();
    void match_firmware();
    void match_chip();

    DeviceOptions options_;
    isa::ChipRevision revision_;
    bool is_virtual_ = false;
    std::optional<elf::Object> firmware_;
    std::unique_ptr<session::Session> session_;
    std::atomic<unsigned> epoch_ = 1;
    std::string address_;                 ///< that the device was opened at
    std::optional<transport::Port> port_; ///< what is known of its USB device
    std::mutex mutex_;                    ///< guards what is made when first needed
    std::optional<toolchain::Compiler> compiler_;
    std::optional<std::vector<elf::Archive>> archives_;
    std::vector<std::weak_ptr<ModuleState>> modules_;
    std::optional<dwarf::LineTable> firmware_lines_;
};

struct LoadedFunction {
    dwarf::Signature signature;
    CallPlan plan;
    std::uint32_t address, thunk;
    std::string pointer{};  ///< symbol of a variable that holds its address; empty: it has one itself
    std::string asked_as{}; ///< an expression; empty: its name
};

/// Code on the device.
struct ModuleState {
    std::shared_ptr<DeviceState> device;
    std::string name; ///< the source's
    /// All of it; or .text and .rodata, and the rest in `data`.
    std::optional<Memory> code, data;
    std::optional<Memory> arguments;
    std::shared_ptr<Image> image;              ///< what was written there, and where it comes from
    std::optional<std::uint32_t> constructors; ///< the address of the code that runs them
    struct {
        std::uint32_t size, caps, alignment;
    } block{}; ///< of arguments, for those who want one on the device
    std::vector<LoadedFunction> functions;
    std::vector<dwarf::Variable> variables;                      ///< external ones that are in the image
    std::vector<std::pair<std::string, std::string>> uncallable; ///< name, why
    std::string warnings;
    std::chrono::nanoseconds compile_time{}, link_time{};
    bool from_cache = false;
    /// Calls use `arguments` with every protocol: the thunk has its address.
    bool has_fixed_block = false;
    bool lost = false; ///< with an earlier session
    /// One call of the module at a time: they share the block of arguments.
    std::timed_mutex mutex;
    CallStats last_call;

    std::uint32_t size() const { return image->plan.size(); }
    /// Of the image, for an address on the device; nothing outside, or if the
    /// module is freed.
    std::optional<std::uint32_t> offset(std::uint32_t address) const {
        return code ? image->plan.offset(address, image->addresses) : std::nullopt;
    }
    /// Throws UseAfterFree.
    void check_alive() const;
    /// Waits until no other thread calls the module. Throws Interrupted, and
    /// UsageError in a callback of a call.
    std::unique_lock<std::timed_mutex> lock();
    void allocate_arguments() { arguments = device->allocate(block.size, block.caps, block.alignment); }
};

} // namespace p4jit::jit

struct p4jit::Memory::Block {
    std::shared_ptr<jit::DeviceState> device;
    std::uint32_t address, size;
    unsigned epoch;
    bool freed = false, is_owned = true;

    Block(std::shared_ptr<jit::DeviceState> owner, std::uint32_t at, std::uint32_t bytes)
        : device(std::move(owner)), address(at), size(bytes), epoch(device->epoch()) {}
    /// Did it go with an earlier session?
    bool lost() const { return epoch != device->epoch(); }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block();
};
