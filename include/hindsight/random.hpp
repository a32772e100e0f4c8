#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include <hindsight/array.hpp>

namespace hindsight {

/// NumPy's legacy generator, numpy.random.RandomState(seed), bit for bit: MT19937, doubles of 53 bits,
/// Gaussians by the polar method. A lesson written in NumPy can be reproduced to the last digit.
class Generator {
 public:
  explicit Generator(std::uint32_t seed = 0);

  /// As numpy.random.seed(seed).
  void seed(std::uint32_t seed);
  /// 32 random bits.
  std::uint32_t bits();
  /// Uniform in [0, 1): numpy.random.random_sample().
  double uniform();
  /// Standard normal: numpy.random.randn().
  double normal();
  /// Uniform in [0, limit]: the masked rejection of numpy.random.shuffle and permutation.
  std::uint32_t at_most(std::uint32_t limit);
  /// numpy.random.permutation(n).
  std::vector<std::int64_t> permutation(std::int64_t n);

  /// numpy.random.randn(*shape), float64 unless told otherwise.
  Array normal(const Shape& shape, DType dtype = float64);
  /// numpy.random.uniform(low, high, shape).
  Array uniform(const Shape& shape, double low, double high, DType dtype = float64);

 private:
  void twist();

  static constexpr std::size_t words = 624;
  std::array<std::uint32_t, words> state_;
  std::size_t position_ = words;
  bool has_spare_ = false;
  double spare_ = 0;
};

/// This thread's generator, which initialisers and shuffles draw from unless they are given another.
Generator& default_generator();
/// Seeds this thread's default generator (torch.manual_seed).
void manual_seed(std::uint32_t seed);

}  // namespace hindsight
