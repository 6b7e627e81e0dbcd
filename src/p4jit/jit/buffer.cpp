#include "p4jit/jit/buffer.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/jit/progress.hpp"

#include <fmt/format.h>

namespace p4jit {

Memory::Block::~Block() {
    if (freed || !is_owned || lost()) return;
    try {
        device->session().free_soon(address);
    } catch (const ConnectionLost&) {
        // The memory went with the line.
    } catch (const Interrupted&) {
        // The device frees it when the session ends, which is near.
    } catch (const Error& error) {
        // The device will free it when the session ends.
        device->options().log(LogLevel::warning, "could not free device memory at {:#010x}: {}", address, error.what());
    }
}

std::uint32_t Memory::address() const {
    if (block_->freed) throw UseAfterFree("this device memory has been freed");
    if (block_->lost())
        throw UseAfterFree("this device memory went with an earlier session: the device was connected again since. "
                           "Allocate it and fill it again");
    return block_->address;
}

std::uint32_t Memory::size() const { return block_->size; }

void Memory::check(std::uint32_t offset, std::size_t size) const {
    if (offset <= block_->size && size <= block_->size - offset) return;
    throw AccessDenied(fmt::format("bytes {} to {} are not inside the device memory at {:#010x}, which has {} bytes",
                                   offset, offset + size, address(), block_->size));
}

void Memory::write(ByteView bytes, std::uint32_t offset) {
    check(offset, bytes.size());
    jit::Progress progress(*block_->device, bytes.size());
    block_->device->session().write(address() + offset, bytes, progress.moved());
}

void Memory::read(MutableBytes into, std::uint32_t offset) const {
    check(offset, into.size());
    jit::Progress progress(*block_->device, into.size());
    block_->device->session().read(address() + offset, into, progress.moved());
}

void Memory::free() {
    if (is_borrowed_) throw UsageError("this device memory is a module's: it is freed with the module. Free that");
    if (block_->freed || block_->lost()) return;
    block_->device->session().free(block_->address);
    block_->freed = true;
}

Memory Memory::borrowed() const {
    auto memory = *this;
    memory.is_borrowed_ = true;
    return memory;
}

DeviceArray Memory::array(std::uint32_t offset, std::size_t size) const {
    check(offset, size);
    DeviceArray array;
    array.address = address() + offset;
    array.size = size;
    array.device = block_->device.get();
    return array;
}

bool Memory::is_freed() const { return block_->freed || block_->lost(); }

void Memory::fill(ByteView pattern, std::uint32_t offset, std::size_t count) {
    constexpr std::size_t at_once = 1 << 20;
    if (pattern.empty() || count == 0) return;
    check(offset, pattern.size() * count);
    Bytes bytes;
    const auto together = std::clamp<std::size_t>(at_once / pattern.size(), 1, count);
    for (std::size_t i = 0; i < together; ++i) bytes.insert(bytes.end(), pattern.begin(), pattern.end());
    while (count != 0) {
        const auto now = std::min(count, together);
        write(ByteView(bytes).first(now * pattern.size()), offset);
        offset += static_cast<std::uint32_t>(now * pattern.size());
        count -= now;
    }
}

void jit::check_slice(std::size_t first, std::size_t count, std::size_t size) {
    if (first <= size && count <= size - first) return;
    throw UsageError(
        fmt::format("elements {} to {} are not inside a buffer of {} elements", first, first + count, size));
}

} // namespace p4jit
