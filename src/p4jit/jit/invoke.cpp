#include "p4jit/jit/invoke.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/jit/failure.hpp"
#include "p4jit/jit/progress.hpp"
#include "p4jit/jit/regions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

/// Device memory for regions of one call.
class Residents {
public:
    Residents(DeviceState& device, const LoadedFunction& function, std::vector<Region> regions, Bytes& block)
        : device_(device), regions_(std::move(regions)) {
        std::size_t total = 0;
        for (const auto& region : regions_) total += region.size();
        Progress progress(device, total);
        for (const auto& region : regions_) {
            memory_.push_back(allocate(device, function, region.size()));
            device.session().write(memory_.back().address(), region.bytes(), progress.moved());
            for (const auto& member : region.members())
                store_le(&block[member.transfer.slot], memory_.back().address() + region.place(member));
        }
    }

    /// Fetches what the function may have changed.
    void fetch() {
        std::size_t total = 0;
        for (const auto& region : regions_) {
            contents_.emplace_back(region.comes_back() ? region.size() : 0);
            total += contents_.back().size();
        }
        Progress progress(device_, total);
        for (std::size_t i = 0; i < regions_.size(); ++i)
            device_.session().read(memory_[i].address(), contents_[i], progress.moved());
    }
    void bring_back() const {
        for (std::size_t i = 0; i < contents_.size(); ++i)
            if (!contents_[i].empty()) regions_[i].bring_back(contents_[i]);
    }

private:
    static Memory allocate(DeviceState& device, const LoadedFunction& function, std::size_t size) {
        try {
            return device.allocate(size, caps::SPIRAM | caps::BITS_8, wire::v2::limit::ALIGNMENT);
        } catch (const OutOfMemory& error) {
            throw OutOfMemory(fmt::format("{}: no room on the device for an array of {} bytes. {}",
                                          function.signature.spelling(), size, error.what()));
        }
    }

    DeviceState& device_;
    std::vector<Region> regions_;
    std::vector<Memory> memory_;
    std::vector<Bytes> contents_;
};

Invoked invoke_v1(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options) {
    const auto& plan = function.plan;
    Residents residents(*module.device, function, regions_of(function.signature, std::move(call.transfers)),
                        call.block);
    if (!call.block.empty()) module.arguments->write(call.block);
    module.device->session().execute(function.thunk, options.timeout);
    Invoked invoked{Bytes(plan.block_size - plan.result_offset)};
    module.arguments->read(invoked.block, plan.result_offset);
    if (options.sync_arrays) residents.fetch();
    residents.bring_back();
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
        : device_(*module.device),
          function_(function),
          regions_(regions_of(function.signature, std::move(call.transfers))),
          block_(call.block) {
        block_.resize(function.plan.block_size);
        call_.entry = function.thunk;
        call_.limit_ms = limit_of(options);
        call_.measure_stack = options.measure_stack;
        call_.returns_from = function.plan.result_offset;
    }

    /// Regions that do not fit, the longest ones first, which then have a block
    /// on the device.
    std::vector<Region> take_out_what_does_not_fit() {
        std::vector<Region> out;
        auto size = wire::v2::size_of_calls({&call_, 1}) + block_.size();
        for (const auto& region : regions_) size += cost(region);
        while (size > device_.session().most_bytes_of_calls() && !regions_.empty()) {
            const auto longest = std::ranges::max_element(regions_, {}, &Region::size);
            size -= cost(*longest);
            out.push_back(std::move(*longest));
            regions_.erase(longest);
        }
        return out;
    }

    Invoked run(const CallOptions& options) {
        const auto start = std::chrono::steady_clock::now();
        for (const auto& region : regions_) add(region, options.sync_arrays && region.comes_back());
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
        for (std::size_t i = 0; i < regions_.size(); ++i)
            if (call_.arrays[i].comes_back) regions_[i].bring_back(*from++);
    }

private:
    /// What a region adds to size_of_calls().
    static std::size_t cost(const Region& region) {
        wire::v2::Call call;
        const auto without = wire::v2::size_of_calls({&call, 1});
        call.arrays.push_back({0, region.bytes(), true});
        call.pointers.resize(region.members().size());
        return wire::v2::size_of_calls({&call, 1}) - without;
    }

    void add(const Region& region, bool comes_back) {
        const auto number = static_cast<std::uint32_t>(call_.arrays.size());
        call_.arrays.push_back({region.members().front().transfer.slot, region.bytes(), comes_back});
        // Slots of all members are set; the first one's perhaps twice.
        for (const auto& member : region.members())
            if (region.place(member) != 0 || &member != &region.members().front())
                call_.pointers.push_back({member.transfer.slot, number, region.place(member)});
    }

    DeviceState& device_;
    const LoadedFunction& function_;
    std::vector<Region> regions_;
    Bytes& block_;
    wire::v2::Call call_;
    session::Called called_;
};

Invoked invoke_v2(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options) {
    OneFrame frame(module, function, call, options);
    Residents residents(*module.device, function, frame.take_out_what_does_not_fit(), call.block);
    // Beyond this point every array is in the frame or on the device.
    auto invoked = frame.run(options);
    if (options.sync_arrays) residents.fetch();
    frame.bring_back();
    residents.bring_back();
    return invoked;
}

} // namespace

Invoked invoke(ModuleState& module, const LoadedFunction& function, Marshalled call, const CallOptions& options) {
    const bool in_one_frame = !module.has_fixed_block && module.device->session().speaks_v2();
    return in_one_frame ? invoke_v2(module, function, std::move(call), options)
                        : invoke_v1(module, function, std::move(call), options);
}

} // namespace p4jit::jit
