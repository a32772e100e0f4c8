#pragma once
// Random graphs: programs of smooth operations on tensors of random shapes, read so that every list of
// numbers is a program (which lets RapidCheck shrink one that fails).
#include <cstdint>
#include <tuple>
#include <vector>

#include <hindsight/hindsight.hpp>

namespace property {

using hindsight::Shape;
using hindsight::Tensor;

/// Which operation, on which two earlier values.
using Instruction = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;

struct Program {
  std::vector<Shape> inputs;
  std::vector<Instruction> instructions;
};

/// In which order values are made; the graph that results is the same, but for ids and shared nodes.
enum class Order { as_written, on_demand, without_sharing };

/// A scalar that depends on every value of the program.
Tensor run(const Program& program, std::span<const Tensor> inputs, Order order = Order::as_written);

/// Numbers of both signs below 1.5, the same for the same salt.
std::vector<Tensor> numbers_for(const Program& program, int salt);

}  // namespace property
