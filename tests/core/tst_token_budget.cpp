#include "core/pruning/token_budget.h"

#include <QTest>

using namespace prunescope;

class TestTokenBudget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void texts_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("canonical"); // empty: no budget
        QTest::addColumn<int>("ofThousand");
        const auto row = [](const char* text, const char* canonical, int ofThousand = 0) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(canonical) << ofThousand;
        };
        row("1/3", "1/3", 333);
        row("2/6", "1/3", 333);
        row("7/7", "1", 1000);
        row("1", "1", 1000);
        row("1.0", "1", 1000);
        row("0.25", "1/4", 250);
        row(".5", "1/2", 500);
        row("0.0001", "1/10000", 1); // at least one
        row("2", "2", 2);
        row("300", "300", 300);
        row("5000", "5000", 1000); // at most all
        for (const char* text : {"", "0", "0/3", "3/0", "4/3", "1.5", "1.", "-1", "-1/3", "1/-3", "+2", "2.5", "1e3",
                                 " 2", "2 ", "1/3/3", "0.1234567890", "x", "2147483648000"})
            row(text, "");
    }
    void texts() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, canonical);
        QFETCH(int, ofThousand);
        const auto budget = TokenBudget::parse(text.toStdString());
        QCOMPARE(budget.has_value(), !canonical.isEmpty());
        if (!budget)
            return;
        QCOMPARE(budget->text(), canonical.toStdString());
        QCOMPARE(TokenBudget::parse(budget->text()), budget);
        QCOMPARE(budget->tokensOf(1000), ofThousand);
        QCOMPARE(budget->keepsAll(), canonical == "1");
        QCOMPARE(budget->tokensOf(1), 1);
    }
};

QTEST_APPLESS_MAIN(TestTokenBudget)
#include "tst_token_budget.moc"
