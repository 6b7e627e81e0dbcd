// Memory on the device that outlives calls.
#pragma once

#include "p4jit/jit/argument.hpp"

#include <memory>
#include <span>

namespace p4jit {

namespace jit {
class DeviceState;
}

/// A block of device memory. A handle: the block is freed with the last copy,
/// or by free(). Every access is checked to lie inside it.
class Memory {
public:
    std::uint32_t address() const; ///< throws UseAfterFree when freed
    std::uint32_t size() const;    ///< in bytes

    /// Copies between host and device. Throw AccessDenied outside the block.
    void write(ByteView bytes, std::uint32_t offset = 0);
    void read(MutableBytes into, std::uint32_t offset = 0) const;

    /// Gives the block back now. Further use throws UseAfterFree.
    void free();

private:
    friend class jit::DeviceState;
    struct Block;
    explicit Memory(std::shared_ptr<Block> block) : block_(std::move(block)) {}
    void check(std::uint32_t offset, std::size_t size) const;
    std::shared_ptr<Block> block_;
};

/// Memory as elements of T. Passed to a function it is its address: nothing is
/// transferred.
template <typename T>
class Buffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    explicit Buffer(Memory memory) : memory_(std::move(memory)) {}

    std::size_t size() const { return memory_.size() / sizeof(T); }
    std::uint32_t address() const { return memory_.address(); }

    void copy_from(std::span<const T> elements, std::size_t at = 0) {
        memory_.write({reinterpret_cast<const std::uint8_t*>(elements.data()), elements.size_bytes()}, offset(at));
    }
    void copy_to(std::span<T> elements, std::size_t at = 0) const {
        memory_.read({reinterpret_cast<std::uint8_t*>(elements.data()), elements.size_bytes()}, offset(at));
    }
    std::vector<T> to_vector() const {
        std::vector<T> elements(size());
        copy_to(elements);
        return elements;
    }
    void free() { memory_.free(); }

    operator Argument() const { return DeviceAddress{address()}; }

private:
    static std::uint32_t offset(std::size_t at) { return static_cast<std::uint32_t>(at * sizeof(T)); }
    Memory memory_;
};

} // namespace p4jit
