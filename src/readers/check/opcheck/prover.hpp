#pragma once
#include <map>
#include <vector>

#include "readers/check/opcheck/subject.hpp"

namespace hindsight::proof {

struct Evidence;

/// Runs the checks over samples, one after the other, and gathers what they find.
class Prover {
 public:
  Prover(std::string name, const OpcheckOptions& options);

  void prove(const Subject& subject);
  /// What can be said only after all samples: whether these show anything.
  Opcheck finish(const std::vector<Subject>& subjects);
  void wrong_fact(const std::string& note);

 private:
  // values.cpp
  void type(const Subject& subject);
  void purity(const Subject& subject);
  void layout(const Subject& subject);
  void lengths(const Subject& subject);
  void lengths_as(const Subject& subject, DType dtype);
  void float32_is_float64_rounded(const Subject& subject);
  void compare_precisions(const Subject& subject);
  // derivatives.cpp
  void first_derivatives(const Subject& subject);
  void second_derivatives(const Subject& subject);
  void forward_mode(const Subject& subject);
  void taylor(const Subject& subject);
  void local_derivatives_add_up(const Subject& subject);
  // vacuous.cpp
  void count_nonzero(std::size_t input, const std::vector<double>& derivatives);
  void vacuous(const std::vector<Subject>& subjects, std::size_t input);

  OpcheckFinding blank(Check check, const Subject& subject) const;
  OpcheckFinding blank(Check check, const Subject& subject, std::size_t input) const;
  std::string probable_cause_of(const Evidence& evidence) const;
  void keep(std::vector<OpcheckFinding> wrong, std::vector<OpcheckFinding> kinks, const std::string& cause);
  void compare(const Tensor& got, const Tensor& want, double tolerance, const OpcheckFinding& blank);

  OpcheckOptions options_;
  Opcheck result_;
  /// The gradients on the sample before, by input.
  std::vector<std::vector<double>> before_;
  struct Share {
    std::size_t nonzero = 0, all = 0;
  };
  std::map<std::size_t, Share> shares_;  // by input
};

}  // namespace hindsight::proof
