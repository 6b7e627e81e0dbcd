// What CoreMark stresses, written anew: a linked list that is searched and
// reversed, a matrix product, a state machine over text, and a CRC over it all.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ROUNDS
#define ROUNDS 4500
#endif

static uint16_t crc16(uint16_t crc, uint32_t value)
{
    for (int bit = 0; bit < 32; bit++) {
        const int carry = (crc ^ value) & 1;
        crc >>= 1;
        value >>= 1;
        if (carry)
            crc ^= 0xA001;
    }
    return crc;
}

struct node {
    struct node *next;
    int16_t key, data;
};

static struct node nodes[200];

static struct node *build_list(uint32_t seed)
{
    struct node *head = NULL;
    for (int i = 0; i < 200; i++) {
        seed = seed * 1664525u + 1013904223u;
        nodes[i] = (struct node){head, (int16_t)(seed >> 16), (int16_t)i};
        head = &nodes[i];
    }
    return head;
}

static struct node *reverse(struct node *list)
{
    struct node *done = NULL;
    while (list != NULL) {
        struct node *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct node *merge_sort(struct node *list)
{
    if (list == NULL || list->next == NULL)
        return list;
    struct node *slow = list, *fast = list->next;
    while (fast != NULL && fast->next != NULL) {
        slow = slow->next;
        fast = fast->next->next;
    }
    struct node *right = merge_sort(slow->next);
    slow->next = NULL;
    struct node *left = merge_sort(list);
    struct node head, *tail = &head;
    while (left != NULL && right != NULL) {
        struct node **smaller = left->key <= right->key ? &left : &right;
        tail = tail->next = *smaller;
        *smaller = (*smaller)->next;
    }
    tail->next = left != NULL ? left : right;
    return head.next;
}

enum { N = 12 };
static int16_t a[N][N], b[N][N];
static int32_t c[N][N];

static void multiply(void)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            int32_t sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, BAD };

static enum state classify(const char **text)
{
    enum state state = START;
    const char *p = *text;
    for (; *p != '\0' && *p != ','; p++) {
        const int digit = *p >= '0' && *p <= '9';
        switch (state) {
        case START: state = digit ? INTEGER : *p == '+' || *p == '-' ? SIGN : *p == '.' ? POINT : BAD; break;
        case SIGN: state = digit ? INTEGER : *p == '.' ? POINT : BAD; break;
        case INTEGER: state = digit ? INTEGER : *p == '.' ? FRACTION : *p == 'e' ? EXPONENT : BAD; break;
        case POINT:
        case FRACTION: state = digit ? FRACTION : *p == 'e' ? EXPONENT : BAD; break;
        case EXPONENT: state = digit || *p == '-' ? EXPONENT : BAD; break;
        case BAD: break;
        }
    }
    *text = *p == ',' ? p + 1 : p;
    return state;
}

int main(void)
{
    static const char text[] = "5012,0.5,-12e5,hello,+7.25,.5e-3,1234567,x,9.9.9,-,3e8,42";
    uint16_t crc = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct node *list = merge_sort(reverse(build_list(round)));
        for (struct node *n = list; n != NULL; n = n->next)
            if (n->data % 50 == 0)
                crc = crc16(crc, (uint32_t)n->key);
        for (int i = 0; i < N * N; i++) {
            (&a[0][0])[i] = (int16_t)(round + (uint32_t)i);
            (&b[0][0])[i] = (int16_t)(round ^ (uint32_t)i);
        }
        multiply();
        crc = crc16(crc, (uint32_t)c[round % N][3]);
        int counts[BAD + 1] = {0};
        for (const char *p = text; *p != '\0';)
            counts[classify(&p)]++;
        for (int i = 0; i <= BAD; i++)
            crc = crc16(crc, (uint32_t)counts[i]);
    }
    printf("%04x\n", crc);
    return 0;
}
