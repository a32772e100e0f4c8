#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <hindsight/parameter.hpp>
#include <hindsight/tensor.hpp>

/// Gradients held against numbers: backpropagation against central differences.
namespace hindsight {

struct GradcheckOptions {
  /// Half the distance between the two points of a central difference.
  double h = 1e-5;
  /// A difference up to tolerance · max(1, |gradient|) counts as equal. With h = 1e-5 a central difference of
  /// a loss near 1 is right to about 1e-10: h² · f‴/6 of truncation and ε/h = 2e-11 of rounding.
  double tolerance = 1e-9;
  /// Of each input at most so many elements are compared, evenly spread; 0: all. Two evaluations each.
  std::int64_t most_elements = 0;
};

/// `saturated`: a function is so flat here that its last digits are lost, and the difference is no larger
/// than that makes it. `not_measurable`: the function, or a number on the way to it, is so large that
/// rounding moves a difference as far as this, or further than the derivative is large. `not_finite`: the
/// numbers around this point are infinite or NaN. None of them says anything of the derivative.
enum class Verdict : std::uint8_t { equal, kink, saturated, not_measurable, not_finite, wrong };
/// "equal", "kink", "saturated", "not measurable", "not finite" or "wrong".
std::string_view name(Verdict verdict);

/// A place where a function bends between the two points of a difference, so that there is no one slope to
/// compare with.
struct Kink {
  std::string operation;  // empty where no operation says that it bends, and the differences show it
  std::string module;
  /// Position along the first axis, and within the rest (0 for vectors).
  std::int64_t sample = 0;
  std::int64_t unit = 0;
};

struct GradcheckEntry {
  std::string name;  // of the parameter or input
  std::int64_t element;
  Shape shape;  // of the parameter or input
  double backprop;
  double numerical;
  Verdict verdict;
  std::vector<Kink> kinks;
  std::size_t input;  // the index of the parameter or input

  double difference() const;
  /// The difference over max(1, |backprop|), which the tolerance bounds; infinite for a NaN.
  double error() const;
  /// "0.weight[3, 1]"
  std::string label() const;
};

struct Gradcheck {
  std::vector<GradcheckEntry> entries;
  double h = 0;
  /// How far rounding may move a difference at most.
  double noise = 0;
  /// Where something is wrong: the operations that made it so, or what the errors look like.
  std::vector<std::string> causes;

  /// How many are wrong or not finite.
  std::size_t failures() const { return count(Verdict::wrong) + count(Verdict::not_finite); }
  /// There are none, and lost digits did not hide all there is.
  bool passed() const {
    const std::size_t hidden = count(Verdict::saturated) + count(Verdict::not_measurable);
    return failures() == 0 && (hidden == 0 || count(Verdict::equal) > 0);
  }
  std::size_t count(Verdict verdict) const;
  /// The largest difference among those with the given verdict; 0 when there are none.
  double largest_difference(Verdict verdict) const;
  /// The entry whose error is the largest: of those that are wrong, else not finite, else equal; null when
  /// there are none.
  const GradcheckEntry* worst() const;
  /// A report to read: counts, the worst element of each parameter, kinks, and the probable cause.
  std::string str() const;
};

std::string to_json(const Gradcheck& check);
/// A picture with a map for each parameter: a cell an element, coloured by the digits that agree; kinks and
/// errors have colours of their own. Large parameters are drawn by blocks, each as its worst element.
std::string to_svg(const Gradcheck& check);

/// Compares d(loss)/d(parameter) by backpropagation with central differences, for every element of every
/// parameter. `loss` builds the scalar anew at each call. Kinks are found by walking the graphs of both
/// points: an operation that states its regimes, and is in different ones at the two points, bends in
/// between. Parameters end as they were. Throws DTypeError unless they are float64: float32 has too few
/// digits for differences.
Gradcheck gradcheck(const std::function<Tensor()>& loss, std::span<const Parameter> parameters,
                    const GradcheckOptions& options = {});

/// The same for a function of tensors.
Gradcheck gradcheck(const std::function<Tensor(std::span<const Tensor>)>& function,
                    std::span<const Tensor> inputs, const GradcheckOptions& options = {});

}  // namespace hindsight
