#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/train/classifier.hpp>

#include "expect_error.hpp"
#include "temporary_folder.hpp"
#include "tolerances.hpp"

namespace data = hindsight::data;
namespace train = hindsight::train;
using hindsight::FileError;
using hindsight::Shape;
using hindsight::tensor;
using hindsight::ValueError;

namespace {

data::Classification sample(const std::string& name, const std::string& target) {
  return data::classification(data::read_csv(HINDSIGHT_TEST_DATA "/samples/" + name + ".csv"),
                              {.target = target});
}

train::FittedClassifier fitted(const data::Classification& samples, std::uint32_t seed,
                               const train::ClassifierOptions& options = {}) {
  hindsight::manual_seed(seed);
  return train::fit_classifier(samples, options);
}

double mean_accuracy(const data::Classification& samples) {
  double sum = 0;
  for (std::uint32_t seed = 0; seed < 5; ++seed)
    sum += fitted(samples, seed).history.back().validation.value().accuracy;
  return sum / 5;
}

/// A small classifier and its file's content, to be damaged.
data::Safetensors packed() {
  const auto samples =
      data::classification(data::parse_csv("a,b,y\n1,2,p\n3,4,q\n0,1,p\n4,4,q\n", "t.csv"), {.target = "y"});
  return train::pack_model(
      fitted(samples, 0, {.hidden = {3}, .validation = 0, .fit = {.epochs = 1}}).classifier);
}

void expect_refused(const data::Safetensors& content, const std::string& reason) {
  expect_error<FileError>([&] { train::unpack_model(content, "m"); },
                          "m holds no classifier that can be read: " + reason);
}

}  // namespace

TEST(FitClassifier, LearnsBreastCancer) {
  EXPECT_GE(mean_accuracy(sample("breast_cancer", "diagnosis")), 0.95);
}

TEST(FitClassifier, LearnsWine) { EXPECT_GE(mean_accuracy(sample("wine", "cultivar")), 0.95); }

// A plan adds in another order, so the numbers differ in their last places.
TEST(FitClassifier, GivesTheNumbersOfEagerWhenCompiled) {
  constexpr double tolerance = tolerance::compiled_epochs_float32;
  for (const auto& samples : {sample("wine", "cultivar"), sample("breast_cancer", "diagnosis")}) {
    const auto compiled = fitted(samples, 3, {.fit = {.epochs = 5}});
    const auto eager = fitted(samples, 3, {.fit = {.epochs = 5, .eager = true}});
    for (std::size_t i = 0; i < 5; ++i) {
      const train::Score &got = compiled.history[i].validation.value(),
                         &want = eager.history[i].validation.value();
      EXPECT_NEAR(compiled.history[i].train_loss, eager.history[i].train_loss, tolerance) << i;
      EXPECT_NEAR(got.loss, want.loss, tolerance) << i;
      EXPECT_EQ(got.accuracy, want.accuracy) << i;
    }
    const auto weights = compiled.classifier.model.state_dict();
    for (const auto& [name, value] : eager.classifier.model.state_dict())
      for (std::int64_t i = 0; i < value.elements(); ++i)
        EXPECT_NEAR(weights.at(name).array().at(i), value.array().at(i), tolerance) << name << ", " << i;
  }
}

TEST(FitClassifier, GivesTheSameBitsForTheSameSeed) {
  for (const bool eager : {false, true}) {
    const auto once = fitted(sample("wine", "cultivar"), 3, {.fit = {.epochs = 3, .eager = eager}});
    const auto again = fitted(sample("wine", "cultivar"), 3, {.fit = {.epochs = 3, .eager = eager}});
    EXPECT_EQ(once.history.back().train_loss, again.history.back().train_loss);
    for (const auto& [name, value] : once.classifier.model.state_dict())
      EXPECT_TRUE(value.array().identical(again.classifier.model.state_dict().at(name).array())) << name;
  }
}

TEST(FitClassifier, HasOneLogitForTwoClassesAndOneEachForMore) {
  const auto two = fitted(sample("breast_cancer", "diagnosis"), 0, {.hidden = {4}, .fit = {.epochs = 1}});
  EXPECT_EQ(two.classifier.model.state_dict().at("2.weight").shape(), (Shape{1, 4}));
  const auto three = fitted(sample("wine", "cultivar"), 0, {.hidden = {}, .fit = {.epochs = 1}});
  EXPECT_EQ(three.classifier.model.state_dict().at("0.weight").shape(), (Shape{3, 13}));
}

TEST(FitClassifier, ScalesByTheTrainingRowsOnly) {
  const auto samples = sample("wine", "cultivar");
  const auto result = fitted(samples, 0, {.fit = {.epochs = 1}});
  const auto expected =
      data::Standardizer::of(hindsight::Tensor(samples.features.array().rows(result.split.training)));
  EXPECT_EQ(result.classifier.scaling.mean, expected.mean);
  EXPECT_EQ(result.classifier.scaling.std, expected.std);
  EXPECT_EQ(result.split.training.size(), 142U);
  EXPECT_EQ(result.split.validation.size(), 36U);
}

// Of 178 wines 71 are of the second cultivar; 14 of the 36 held out.
TEST(FitClassifier, KnowsWhatAGuessReaches) {
  const auto result = fitted(sample("wine", "cultivar"), 0, {.fit = {.epochs = 1}});
  EXPECT_EQ(result.majority_class, 1);
  EXPECT_NEAR(result.majority_accuracy, 14.0 / 36, 1e-15);
  EXPECT_EQ(fitted(sample("wine", "cultivar"), 0, {.validation = 0, .fit = {.epochs = 1}}).majority_accuracy,
            0);
}

TEST(FitClassifier, RefusesALayerWithoutWidth) {
  expect_error<ValueError>(
      [] {
        fitted(sample("wine", "cultivar"), 0, {.hidden = {4, 0}});
      },
      "a hidden layer of width 0 was asked for; widths are at least 1");
}

TEST(Classifier, PredictsWhatItReportsOnTheRowsHeldOut) {
  for (const auto& samples : {sample("wine", "cultivar"), sample("breast_cancer", "diagnosis")}) {
    const auto result = fitted(samples, 1);
    const hindsight::Tensor rows(samples.features.array().rows(result.split.validation));
    const hindsight::Tensor classes(samples.classes.array().rows(result.split.validation));
    const auto predicted = result.classifier.predict(rows);
    EXPECT_EQ((predicted == classes).to(hindsight::float64).mean().item(),
              result.history.back().validation.value().accuracy);
    const auto probabilities = result.classifier.probabilities(rows);
    EXPECT_EQ(probabilities.size(1), static_cast<std::int64_t>(samples.class_names.size()));
    for (const float sum : probabilities.sum(Shape{1}).to_vector<float>()) EXPECT_NEAR(sum, 1, 1e-6);
  }
}

TEST(ModelFile, ComesBackWithEverything) {
  const TemporaryFolder folder;
  const auto samples = sample("wine", "cultivar");
  const auto saved = fitted(samples, 2, {.fit = {.epochs = 3}}).classifier;
  train::save_model(folder / "m.safetensors", saved);
  hindsight::manual_seed(5);
  const auto loaded = train::load_model(folder / "m.safetensors");
  EXPECT_EQ(loaded.feature_names, saved.feature_names);
  EXPECT_EQ(loaded.class_names, saved.class_names);
  EXPECT_EQ(loaded.target, "cultivar");
  EXPECT_EQ(loaded.scaling.mean, saved.scaling.mean);
  EXPECT_EQ(loaded.scaling.std, saved.scaling.std);
  EXPECT_EQ(loaded.model.str(), saved.model.str());
  EXPECT_TRUE(loaded.probabilities(samples.features)
                  .array()
                  .identical(saved.probabilities(samples.features).array()));
  // Loading draws no random numbers.
  EXPECT_EQ(hindsight::default_generator().bits(), hindsight::Generator(5).bits());
}

TEST(ModelFile, HasPyTorchsNamesAndReadableMetadata) {
  const auto content = packed();
  EXPECT_EQ(content.tensors.size(), 4U);
  EXPECT_EQ(content.tensors.at("0.weight").shape(), (Shape{3, 2}));
  EXPECT_EQ(content.tensors.at("0.bias").shape(), Shape{3});
  EXPECT_EQ(content.tensors.at("2.weight").dtype(), hindsight::float32);
  EXPECT_EQ(content.metadata.at("architecture"),
            R"([{"type":"Linear","in_features":2,"out_features":3},{"type":"ReLU"},)"
            R"({"type":"Linear","in_features":3,"out_features":1}])");
  EXPECT_EQ(content.metadata.at("features"), R"(["a","b"])");
  EXPECT_EQ(content.metadata.at("classes"), R"(["p","q"])");
  EXPECT_EQ(content.metadata.at("mean"), "[2.0,2.75]");
  EXPECT_EQ(content.metadata.at("target"), "y");
  EXPECT_EQ(content.metadata.count("hindsight"), 1U);
}

TEST(ModelFile, IsReadByPythonsStandardLibraryToTheSamePredictions) {
  const TemporaryFolder folder;
  for (const auto& [name, target] :
       {std::pair("wine", "cultivar"), std::pair("breast_cancer", "diagnosis")}) {
    const auto samples = sample(name, target);
    const auto classifier = fitted(samples, 0).classifier;
    train::save_model(folder / "m.safetensors", classifier);
    const std::string command = std::string("python3 " HINDSIGHT_TEST_DATA "/../train/predict_by_hand.py ") +
                                (folder / "m.safetensors") + " " HINDSIGHT_TEST_DATA "/samples/" + name +
                                ".csv > " + (folder / "predicted");
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::string expected;
    for (const std::int64_t c : classifier.predict(samples.features).to_vector<std::int64_t>())
      expected += classifier.class_names[static_cast<std::size_t>(c)] + "\n";
    EXPECT_EQ(TemporaryFolder::content(folder / "predicted"), expected);
  }
}

TEST(ModelFile, RefusesMetadataThatIsMissingOrDoesNotFit) {
  const auto with = [](const std::string& key, const std::string& value) {
    auto content = packed();
    content.metadata[key] = value;
    return content;
  };
  auto content = packed();
  content.metadata.erase("classes");
  expect_refused(content, "its metadata lacks \"classes\"");
  expect_refused(with("classes", "[1,2]"), "\"classes\" in its metadata is [1,2]");
  expect_refused(with("classes", R"(["p"])"), "it names 2 features and 1 classes");
  expect_refused(with("mean", "[1]"), "it has 2 features, and scaling for 1 and 2");
  expect_refused(with("std", "[1,-1]"), "a standard deviation is negative");
  expect_refused(with("classes", R"(["p","q","r"])"), "its network gives 1 numbers, and its classes need 3");
  EXPECT_THROW(train::unpack_model(with("mean", "[1,"), "m"), FileError);
}

TEST(ModelFile, RefusesANetworkThatDoesNotFit) {
  const auto with = [](const std::string& architecture) {
    auto content = packed();
    content.metadata["architecture"] = architecture;
    return content;
  };
  const std::string first = R"({"type":"Linear","in_features":2,"out_features":3})";
  expect_refused(with("[]"), "\"architecture\" is no list of layers");
  expect_refused(with("[3]"), "\"architecture\" is [3]");
  expect_refused(with(R"([{"type":"Conv"}])"), "layer 0 is of the unknown type \"Conv\"");
  expect_refused(with(R"([{"type":"Linear","in_features":9000000000,"out_features":3}])"),
                 "\"0.weight\" has shape [3, 2], and its architecture says [3, 9000000000]");
  expect_refused(with("[" + first + "]"), "its network gives 3 numbers, and its classes need 1");
  expect_refused(with("[" + first + "," + first + "]"), "the tensor \"1.weight\" is missing");
  auto content = packed();
  content.tensors.erase("2.bias");
  expect_refused(content, "load_state_dict: the state lacks \"2.bias\" [1]");
}
