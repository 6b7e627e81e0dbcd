#include "p4jit/jit/invoke.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/jit/failure.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

/// Memory on the device for arrays of one call.
class Transfers {
public:
    Transfers(DeviceState& device, const LoadedFunction& function, std::vector<Transfer> transfers, Bytes& block)
        : transfers_(std::move(transfers)) {
        for (const auto& transfer : transfers_) {
            const auto size = transfer.array.size;
            copies_.push_back(allocate(device, function, std::max<std::size_t>(size, 1)));
            if (size != 0) copies_.back().write({transfer.array.data, transfer.array.size});
            store_le(&block[transfer.slot], copies_.back().address());
        }
    }

    /// Fetches what the function may have changed.
    void fetch() {
        for (std::size_t i = 0; i < copies_.size(); ++i) {
            contents_.emplace_back(transfers_[i].comes_back ? transfers_[i].array.size : 0);
            if (!contents_.back().empty()) copies_[i].read(contents_.back());
        }
    }
    void bring_back() const {
        for (std::size_t i = 0; i < contents_.size(); ++i) std::ranges::copy(contents_[i], transfers_[i].array.data);
    }

private:
    static Memory allocate(DeviceState& device, const LoadedFunction& function, std::size_t size) {
        try {
            return device.allocate(size, caps::SPIRAM | caps::BITS_8, 16);
        } catch (const OutOfMemory& error) {
            throw OutOfMemory(fmt::format("{}: no room on the device for an array of {} bytes. {}",
                                          function.signature.spelling(), size, error.what()));
        }
    }

    std::vector<Transfer> transfers_;
    std::vector<Memory> copies_;
    std::vector<Bytes> contents_;
};

Invoked invoke_v1(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options) {
    const auto& plan = function.plan;
    Transfers transfers(*module.device, function, std::move(call.transfers), call.block);
    if (!call.block.empty()) module.arguments->write(call.block);
    module.device->session().execute(function.thunk, options.timeout);
    Invoked invoked{Bytes(plan.block_size - plan.result_offset)};
    module.arguments->read(invoked.block, plan.result_offset);
    if (options.sync_arrays) transfers.fetch();
    transfers.bring_back();
    return invoked;
}

/// The device stops the function by its own clock, and the host by its own.
std::uint32_t limit_of(const CallOptions& options) {
    if (!options.timeout) return 0;
    const auto limit = std::chrono::ceil<std::chrono::milliseconds>(*options.timeout).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(limit, 1, INT32_MAX));
}

/// A call with all its arrays in one frame.
class OneFrame {
public:
    OneFrame(ModuleState& module, const LoadedFunction& function, Marshalled& call, const CallOptions& options)
        : device_(*module.device), function_(function), transfers_(std::move(call.transfers)), block_(call.block) {
        block_.resize(function.plan.block_size);
        call_.entry = function.thunk;
        call_.limit_ms = limit_of(options);
        call_.measure_stack = options.measure_stack;
        call_.returns_from = function.plan.result_offset;
        for (const auto& transfer : transfers_)
            call_.arrays.push_back({transfer.slot, {transfer.array.data, transfer.array.size},
                                    transfer.comes_back && options.sync_arrays});
    }

    /// Arrays that do not fit, the longest ones first, which then have a block
    /// on the device.
    std::vector<Transfer> take_out_what_does_not_fit() {
        std::vector<Transfer> out;
        while (wire::v2::size_of_calls({&call_, 1}) > device_.session().most_bytes_of_calls() && !transfers_.empty()) {
            const auto longest = std::ranges::max_element(transfers_, {}, [](const auto& t) { return t.array.size; });
            const auto index = longest - transfers_.begin();
            auto transfer = *longest;
            transfer.comes_back = call_.arrays[static_cast<std::size_t>(index)].comes_back;
            out.push_back(transfer);
            transfers_.erase(longest);
            call_.arrays.erase(call_.arrays.begin() + index);
        }
        return out;
    }

    Invoked run(const CallOptions& options) {
        const auto start = std::chrono::steady_clock::now();
        call_.block = block_;
        called_ = device_.session().call({&call_, 1}, options.timeout);
        const auto& answer = called_.answers.at(0);
        if (answer.outcome != wire::v2::Outcome::RETURNED)
            throw_failure(device_, function_.signature.qualified_name, called_,
                          std::chrono::steady_clock::now() - start, options.timeout);
        return {Bytes(answer.block.begin(), answer.block.end()), answer.stack};
    }

    void bring_back() const {
        auto from = called_.answers.at(0).arrays.begin();
        for (std::size_t i = 0; i < transfers_.size(); ++i)
            if (call_.arrays[i].comes_back) std::ranges::copy(*from++, transfers_[i].array.data);
    }

private:
    DeviceState& device_;
    const LoadedFunction& function_;
    std::vector<Transfer> transfers_;
    Bytes& block_;
    wire::v2::Call call_;
    session::Called called_;
};

Invoked invoke_v2(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options) {
    OneFrame frame(module, function, call, options);
    Transfers residents(*module.device, function, frame.take_out_what_does_not_fit(), call.block);
    // Beyond this point every array is in the frame or on the device.
    auto invoked = frame.run(options);
    residents.fetch();
    frame.bring_back();
    residents.bring_back();
    return invoked;
}

} // namespace

Invoked invoke(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options) {
    return module.device->session().speaks_v2() ? invoke_v2(module, function, std::move(call), options)
                                                : invoke_v1(module, function, std::move(call), options);
}

} // namespace p4jit::jit
