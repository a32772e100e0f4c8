#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <hindsight/hindsight.hpp>

/// A zoo of perceptrons: every pair of activation, loss, optimizer, width, batch and so on is in it.
namespace networks {

namespace hs = hindsight;
using hs::Tensor;

/// What the members of the zoo differ in, and how many choices there are of each.
enum Trait : std::size_t { activation, loss, optimizer, width, batch, inputs, outputs, depth, dtype, traits };
constexpr std::array<std::size_t, traits> choices = {7, 5, 7, 6, 4, 3, 2, 2, 2};

struct Member {
  std::array<std::size_t, traits> chosen;

  std::int64_t width() const;
  std::int64_t batch() const;
  std::int64_t inputs() const;
  std::int64_t outputs() const;
  std::int64_t depth() const { return static_cast<std::int64_t>(chosen[Trait::depth]) + 1; }
  bool classifies() const;
  hs::DType dtype() const { return chosen[Trait::dtype] == 0 ? hs::float64 : hs::float32; }
  bool is_narrow() const { return width() <= 31; }
  std::string str() const;
};

/// The 200 members.
std::vector<Member> zoo();

std::vector<hs::nn::Module> layers_of(const Member& member);
Tensor loss_of(const Member& member, const Tensor& z, const Tensor& t);
/// Rates of 1, so that an error of a gradient is seen in full. Adam divides by √v + eps, which enlarges an
/// error of g up to lr / eps times: 1 as well.
hs::optim::Optimizer optimizer_of(const Member& member, const std::vector<hs::Parameter>& parameters);

/// Uniform multiples of 1/64 in ±limit. Whatever a relu sees is then exact, in float32 too, or at least not
/// within a rounding of its kink, so that two ways to compute it lie on the same side of it.
Tensor on_grid(hs::Generator& random, const hs::Shape& shape, double limit, hs::DType dtype);
/// Gives every parameter numbers on that grid.
void assign_weights(const std::vector<hs::Parameter>& parameters, std::uint32_t seed);

struct Batch {
  Tensor x, t;
  Batch(const Member& of, std::uint32_t seed);
};

}  // namespace networks
