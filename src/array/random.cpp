#include <cmath>
#include <utility>

#include <hindsight/random.hpp>

namespace hindsight {

// M. Matsumoto, T. Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998; the seeding is init_genrand of their
// 2002 code.
void Generator::seed(std::uint32_t seed) {
  state_[0] = seed;
  for (std::uint32_t i = 1; i < words; ++i)
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  position_ = words;
  has_spare_ = false;
}

Generator::Generator(std::uint32_t seed) { this->seed(seed); }

void Generator::twist() {
  constexpr std::size_t middle = 397;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % words] & 0x7fffffffU);
    state_[i] = state_[(i + middle) % words] ^ (y >> 1) ^ (y & 1U ? 0x9908b0dfU : 0U);
  }
  position_ = 0;
}

std::uint32_t Generator::bits() {
  if (position_ == words) twist();
  std::uint32_t y = state_[position_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680U;
  y ^= (y << 15) & 0xefc60000U;
  return y ^ (y >> 18);
}

// 27 + 26 random bits make a double of 53.
double Generator::uniform() {
  const std::uint32_t high = bits() >> 5;
  const std::uint32_t low = bits() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

// Marsaglia's polar method; every second number comes from the pair before.
double Generator::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double x, y, radius;
  do {
    x = 2.0 * uniform() - 1.0;
    y = 2.0 * uniform() - 1.0;
    radius = x * x + y * y;
  } while (radius >= 1.0 || radius == 0.0);
  const double factor = std::sqrt(-2.0 * std::log(radius) / radius);
  spare_ = factor * x;
  has_spare_ = true;
  return factor * y;
}

std::uint32_t Generator::at_most(std::uint32_t limit) {
  std::uint32_t mask = limit;
  for (const int shift : {1, 2, 4, 8, 16}) mask |= mask >> shift;
  std::uint32_t value = bits() & mask;
  while (value > limit) value = bits() & mask;
  return value;
}

std::vector<std::int64_t> Generator::permutation(std::int64_t n) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(Shape{n}.checked().elements()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  for (std::size_t i = order.size(); i-- > 1;)
    std::swap(order[i], order[at_most(static_cast<std::uint32_t>(i))]);
  return order;
}

Array Generator::normal(const Shape& shape, DType dtype) {
  Array array(shape, float64);
  for (std::int64_t i = 0; i < array.elements(); ++i) array.mutable_data<double>()[i] = normal();
  return array.to(dtype);
}

Array Generator::uniform(const Shape& shape, double low, double high, DType dtype) {
  Array array(shape, float64);
  for (std::int64_t i = 0; i < array.elements(); ++i)
    array.mutable_data<double>()[i] = low + (high - low) * uniform();
  return array.to(dtype);
}

Generator& default_generator() {
  thread_local Generator generator;
  return generator;
}
void manual_seed(std::uint32_t seed) { default_generator().seed(seed); }

}  // namespace hindsight
