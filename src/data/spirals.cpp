#include <cmath>

#include <hindsight/data/spirals.hpp>
#include <hindsight/error.hpp>

#include "base/format.hpp"

namespace hindsight::data {
namespace {

/// linspace(first, last, n)[i]
double point(double first, double last, std::int64_t n, std::int64_t i) {
  if (i + 1 == n && n > 1) return last;
  return n > 1 ? first + static_cast<double>(i) * ((last - first) / static_cast<double>(n - 1)) : first;
}

Tensor targets_of(const SpiralsOptions& options) {
  const std::int64_t samples = options.points_per_class * options.classes;
  Array classes({samples}, int64);
  for (std::int64_t i = 0; i < samples; ++i)
    classes.mutable_data<std::int64_t>()[i] = i / options.points_per_class;
  return options.classes > 2 ? Tensor(classes) : Tensor(classes.to(options.dtype).reshaped({samples, 1}));
}

}  // namespace

Dataset spirals(const SpiralsOptions& options, Generator& generator) {
  const std::int64_t n = options.points_per_class;
  if (n < 1 || options.classes < 1)
    fail<ValueError>("spirals: {} points a class and {} classes were asked for; both must be at least 1", n,
                     options.classes);
  if (!is_floating(options.dtype))
    fail<DTypeError>("spirals: points are float32 or float64, and {} was asked for", name(options.dtype));
  Array points({n * options.classes, 2}, float64);
  double* xy = points.mutable_data<double>();
  for (std::int64_t c = 0; c < options.classes; ++c)
    for (std::int64_t i = 0; i < n; ++i) {
      const double r = point(0, 1, n, i);
      const double t = point(4.0 * static_cast<double>(c), 4.0 * static_cast<double>(c + 1), n, i) +
                       generator.normal() * options.noise;
      *xy++ = r * std::sin(t);
      *xy++ = r * std::cos(t);
    }
  return {Tensor(points.to(options.dtype)), targets_of(options)};
}

Dataset spirals(const SpiralsOptions& options) {
  Generator generator(options.seed);
  return spirals(options, generator);
}

}  // namespace hindsight::data
