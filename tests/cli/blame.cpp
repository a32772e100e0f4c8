// hindsight blame, and hindsight explain on a model: the numbers are those of eager float64 gradients.
#include <gtest/gtest.h>

#include <hindsight/hindsight.hpp>

#include "base/json.hpp"
#include "cli/program.hpp"
#include "temporary_folder.hpp"
#include "tolerances.hpp"

namespace hs = hindsight;
using hs::Tensor;

namespace {

const std::string wine = HINDSIGHT_TEST_DATA "/samples/wine.csv";

/// A folder with a model that was trained on the wines.
class OnWine : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const Ended trained =
      run_program(folder.str(), "train " + wine + " --target cultivar --quiet --epochs 4 --out wine");

  hs::Json json(const std::string& arguments) const {
    const Ended ended = run_program(folder.str(), arguments + " --json");
    EXPECT_EQ(ended.code, 0) << ended.err;
    return hs::parse_json(ended.out, "the program");
  }

  const hs::train::Classifier classifier = hs::train::load_model(folder / "wine/model.safetensors");
  const hs::data::Classification samples =
      hs::data::classification(hs::data::read_csv(wine), {.target = "cultivar"});

  void SetUp() override { classifier.model.to(hs::float64).eval(); }
  Tensor scaled() const { return classifier.scaling(samples.features, hs::float64); }
};

void expect_refused(const std::string& arguments, const std::string& line) {
  const TemporaryFolder folder;
  folder.file("t.csv", "a,y\n1,p\n");
  const Ended ended = run_program(folder.str(), arguments);
  EXPECT_EQ(ended.code, 2) << arguments;
  EXPECT_EQ(ended.out, "") << arguments;
  EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
}

}  // namespace

TEST_F(OnWine, ExplainsOneWeightByItsSamples) {
  const hs::Json report = json("explain wine " + wine + " --weight '2.weight[3,1]'");
  const Tensor loss = hs::nn::CrossEntropyLoss()(classifier.model(scaled()), samples.classes);
  const double gradient = hs::grad(loss, classifier.model.parameters()[2].value()).array().at(3 * 16 + 1);
  EXPECT_NEAR(report["gradient"].get<double>(), gradient, tolerance::ledger);
  EXPECT_NEAR(report["numerical"].get<double>(), gradient, tolerance::first_derivative);
  double sum = report["rest"].get<double>();
  for (const hs::Json& term : report["terms"]) sum += term["contribution"].get<double>();
  EXPECT_NEAR(sum, gradient, tolerance::ledger);
}

TEST_F(OnWine, DerivesTheBackpropagationOfTheNetwork) {
  const hs::Json report = json("explain wine " + wine);
  const Tensor loss = hs::nn::CrossEntropyLoss()(classifier.model(scaled()), samples.classes);
  EXPECT_NEAR(report["loss"].get<double>(), loss.item(), tolerance::float64_rounding);
  std::vector<std::string> names;
  for (const hs::Json& line : report["backward"]) {
    names.push_back(line["name"]);
    EXPECT_LE(line["difference"].get<double>(), tolerance::ledger);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"delta_z3", "dL/dW3", "dL/db3", "delta_a2", "delta_z2", "dL/dW2",
                                             "dL/db2", "delta_a1", "delta_z1", "dL/dW1", "dL/db1"}));
  EXPECT_EQ(report["backward"][0]["formula"], "(exp(log_softmax(z3, axis=1)) - one_hot(y, classes=3)) / 178");
}

TEST(ExplainCommand, DerivesInEveryForm) {
  const auto out = [](const std::string& form) {
    const Ended ended = run_program(".", "explain lesson --as " + form);
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ended.out;
  };
  EXPECT_NE(out("text").find("  dL/dW2 [1, 16]     = delta_z2^T @ a1             [200, 1]^T @ [200, 16]\n"),
            std::string::npos);
  EXPECT_NE(out("markdown")
                .find("$$ \\delta_{z_{2}} = \\delta_{a_{2}} \\cdot \\left(a_{2} \\cdot \\left(1 - "
                      "a_{2}\\right)\\right) = \\frac{a_{2} - y}{200} $$"),
            std::string::npos);
  EXPECT_EQ(out("latex").substr(0, 14), "\\documentclass");
  EXPECT_EQ(out("html").substr(0, 15), "<!DOCTYPE html>");
  expect_refused(
      "explain lesson --as word",
      "--as: \"word\" is no form of an explanation; there are text, markdown, latex, html and json "
      "('hindsight explain "
      "--help' shows what there is)");
}

TEST_F(OnWine, BlamesWhatMadeAPrediction) {
  const hs::Json report = json("blame wine/model.safetensors " + wine + " --sample 17 --top 3")[0]["report"];
  const std::int64_t row[] = {17};
  const Tensor x = Tensor(scaled().array().rows(row)).requires_grad_();
  const Tensor logits = classifier.model(x);
  const Tensor loss = hs::nn::CrossEntropyLoss()(logits, Tensor(samples.classes.array().rows(row)));
  EXPECT_NEAR(report["loss"].get<double>(), loss.item(), tolerance::float64_rounding);
  EXPECT_NEAR(report["probability"].get<double>(), std::exp(-loss.item()), tolerance::float64_rounding);
  EXPECT_NEAR(report["features"]["total"].get<double>(), (hs::grad(loss, x) * x).sum().item(),
              tolerance::ledger);
  EXPECT_EQ(report["features"]["count"], 13);
  EXPECT_EQ(report["units"]["count"], 32);
}

TEST_F(OnWine, ShowsFeaturesAsTheTableHasThem) {
  const hs::Json report = json("blame wine " + wine + " --sample 17 --top 13")[0]["report"];
  for (const hs::Json& feature : report["features"]["largest"]) {
    const auto column = static_cast<std::size_t>(
        std::find(classifier.feature_names.begin(), classifier.feature_names.end(), feature["name"]) -
        classifier.feature_names.begin());
    EXPECT_EQ(feature["value"], samples.features.array().at(17 * 13 + static_cast<std::int64_t>(column)));
    EXPECT_EQ(feature["reference"], classifier.scaling.mean[column]);
    EXPECT_NEAR(feature["blame"].get<double>(),
                feature["gradient"].get<double>() *
                    (feature["value"].get<double>() - feature["reference"].get<double>()),
                tolerance::ledger);
  }
  const Ended weight = run_program(folder.str(), "explain wine " + wine + " --weight '0.weight[0,0]'");
  EXPECT_NE(weight.out.find("\nThe network takes scaled features, (value - mean) / deviation: so is an "
                            "activation that is a feature.\n"),
            std::string::npos)
      << weight.out;
  const Ended network = run_program(folder.str(), "explain wine " + wine);
  EXPECT_NE(network.out.find("  x [178, 13]   scaled: (value - mean) / deviation\n"), std::string::npos);
}

TEST_F(OnWine, SaysThatItInventsSamplesWhereNoneAreGiven) {
  const Ended ended = run_program(folder.str(), "explain wine");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_NE(ended.out.find("  x [4, 13]     invented rows, as no data were given\n"), std::string::npos)
      << ended.out;
  EXPECT_NE(ended.out.find("= delta_z1^T @ x "), std::string::npos);
  EXPECT_EQ(ended.out.find("broadcast_to"), std::string::npos);
  const Ended graph = run_program(folder.str(), "graph wine");
  EXPECT_NE(graph.out.find("\"x (invented) [4, 13]\\n= ["), std::string::npos) << graph.out;
  EXPECT_EQ(graph.out.find("0.weight [16, 13]\\n= [0, 0, 0"), std::string::npos);
}

TEST_F(OnWine, ExplainsNoNumbersThatAreNotFinite) {
  const auto save_with = [&](const std::string& file, double value) {
    const hs::Parameter bias = classifier.model.parameters()[1];
    std::vector<double> numbers = bias.value().to_vector<double>();
    numbers[2] = value;
    const Tensor changed = hs::tensor(numbers, bias.shape());
    const hs::ParameterLoan loan(std::span(&bias, 1), std::span(&changed, 1));
    save_model(folder / file, classifier);
  };
  save_with("nan.safetensors", std::numeric_limits<double>::quiet_NaN());
  save_with("inf.safetensors", std::numeric_limits<double>::infinity());
  save_with("huge.safetensors", 1e308);
  const auto refused = [&](const std::string& arguments, const std::string& line) {
    const Ended ended = run_program(folder.str(), arguments);
    EXPECT_EQ(ended.code, 2) << arguments;
    EXPECT_EQ(ended.out, "") << arguments;
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  };
  const std::string nan = "element 2 of 0.bias is nan, and of such numbers nothing can be explained";
  for (const char* before : {"explain nan.safetensors ", "graph nan.safetensors "}) {
    refused(before + wine, nan);
    refused(before, nan);
  }
  refused("explain nan.safetensors " + wine + " --weight '0.bias[1]'", nan);
  refused("blame nan.safetensors " + wine + " --sample 3", nan);
  refused("explain inf.safetensors " + wine,
          "element 2 of 0.bias is infinite, and of such numbers nothing can be explained");
  const Ended ended = run_program(folder.str(), "explain huge.safetensors " + wine);
  EXPECT_EQ(ended.code, 2) << ended.out;
  EXPECT_EQ(ended.err.substr(0, 11), "hindsight: ");
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1);
}

TEST_F(OnWine, FindsTheWorst) {
  const Tensor logits = classifier.model(scaled());
  const Tensor shares = hs::softmax(logits, 1);
  std::int64_t worst = 0;
  double least = 1;
  for (std::int64_t i = 0; i < samples.samples(); ++i) {
    const double p =
        shares.array().at(i * 3 + samples.classes.data<std::int64_t>()[static_cast<std::size_t>(i)]);
    if (p < least) worst = i;
    least = std::min(least, p);
  }
  const hs::Json reports = json("blame wine " + wine + " --worst 2");
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0]["sample"], worst);
}

TEST(Blame, TellsThatNoFunctionSeparatesTheLessonsDoublePoint) {
  const Ended ended = run_program(".", "blame lesson --worst 1");
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.out.substr(0, 48), "sample 100 is \"1\", and the model says \"0\": proba");
  EXPECT_NE(ended.out.find("were inactive: no blame"), std::string::npos);
}

TEST(Blame, RefusesInOneLine) {
  expect_refused("blame nowhere --sample 1",
                 "nowhere is neither \"lesson\" nor a .safetensors file nor a folder with one");
  expect_refused("blame lesson", "say which samples: either --sample 17, or --worst 5");
  expect_refused("blame lesson --sample 1 --worst 1", "say which samples: either --sample 17, or --worst 5");
  expect_refused("blame lesson --sample 200", "--sample 200: there are 200 samples, numbered from 0 to 199");
  expect_refused("blame lesson t.csv --sample 1",
                 "the lesson brings its own data: leave out t.csv, or give a model file");
  expect_refused("blame m.safetensors --sample 1",
                 "blame is about samples: give the CSV file that holds them after the model");
}

TEST_F(OnWine, RefusesDataThatDoNotFit) {
  const std::string all = TemporaryFolder::content(wine);
  folder.file("few.csv", "ash,cultivar\n1,1\n");
  folder.file("other.csv", all.substr(0, all.find('\n') + 1) + "1,1,1,1,1,1,1,1,1,1,1,1,1,9\n");
  const auto refused = [&](const std::string& data, const std::string& line) {
    const Ended ended = run_program(folder.str(), "blame wine " + data + " --sample 0");
    EXPECT_EQ(ended.code, 2) << data;
    EXPECT_EQ(ended.err, "hindsight: " + line + "\n");
  };
  refused("few.csv", R"(few.csv has no column "alcohol"; its columns are "ash", "cultivar")");
  refused("other.csv", R"(other.csv, line 2, column "cultivar": the model knows no class "9", only 1, 2, 3)");
}

TEST(ExplainWeight, RefusesInOneLine) {
  expect_refused("explain lesson --weight 0.weigh",
                 "there is no parameter \"0.weigh\" in this network, only 0.weight, "
                 "0.bias, 2.weight, 2.bias");
  expect_refused(
      "explain lesson --weight '0.weight[16,0]'",
      "there is no weight 0.weight[16,0]: 0.weight has shape [16, 2], so write 0.weight[row,column]");
  expect_refused("explain lesson --weight '0.bias'",
                 "there is no weight 0.bias: 0.bias has shape [16], so write 0.bias[index]");
  expect_refused("explain lesson --weight ''",
                 "--weight: no weight is named; write 0.weight[3,1] ('hindsight explain --help' shows what "
                 "there is)");
  expect_refused("explain lesson --at x=1 --weight '0.bias[1]'",
                 "--at gives variables of an expression, and a model has none; leave it out");
  expect_refused(
      "explain x+1 --weight '0.bias[1]'",
      "--weight needs a model: x+1 is neither \"lesson\" nor a .safetensors file nor a folder with one");
  expect_refused("explain x+1 t.csv --at x=1",
                 "\"x+1\" is read as an expression, which takes no data: t.csv is too much");
  expect_refused("explain m.safetensors --weight '0.bias[1]'",
                 "a gradient is a sum over samples: give the CSV file that holds them after the model");
}
