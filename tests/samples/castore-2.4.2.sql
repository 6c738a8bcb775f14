--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    id bigint NOT NULL,
    aggregate_name character varying(32) NOT NULL,
    aggregate_id uuid NOT NULL,
    version bigint NOT NULL,
    type character varying(64) NOT NULL,
    data jsonb,
    metadata jsonb,
    "timestamp" timestamp with time zone DEFAULT CURRENT_TIMESTAMP(3) NOT NULL
);


--
-- Name: event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: event_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;


--
-- Name: event id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.event (id, aggregate_name, aggregate_id, version, type, data, metadata, "timestamp") FROM stdin;
1	ORDERS	00000000-0000-4000-8000-000000000001	1	ORDER_PLACED	{"ref": 12345678901234, "customer": "Ada"}	{"by": "ada"}	2026-11-29 23:31:03.622+00
2	ORDERS	00000000-0000-4000-8000-000000000001	2	ITEM_ADDED	{"sku": "S2", "price": 9.5}	\N	2026-11-29 23:31:03.628+00
3	ORDERS	00000000-0000-4000-8000-000000000001	3	ITEM_ADDED	{"sku": "S3", "price": 9.5}	\N	2026-11-29 23:31:03.637+00
4	ORDERS	00000000-0000-4000-8000-000000000002	1	ORDER_PLACED	{"ref": 12345678901234, "customer": "Ada"}	{"by": "ada"}	2026-11-29 23:31:03.638+00
5	ORDERS	00000000-0000-4000-8000-000000000002	2	ITEM_ADDED	{"sku": "S2", "price": 9.5}	\N	2026-11-29 23:31:03.639+00
6	ORDERS	00000000-0000-4000-8000-000000000002	3	ITEM_ADDED	{"sku": "S3", "price": 9.5}	\N	2026-11-29 23:31:03.639+00
7	ORDERS	00000000-0000-4000-8000-000000000002	4	ITEM_ADDED	{"sku": "S4", "price": 9.5}	\N	2026-11-29 23:31:03.639+00
8	ORDERS	00000000-0000-4000-8000-000000000003	1	ORDER_PLACED	{"ref": 12345678901234, "customer": "Ada"}	{"by": "ada"}	2026-11-29 23:31:03.64+00
9	ORDERS	00000000-0000-4000-8000-000000000003	2	ITEM_ADDED	{"sku": "S2", "price": 9.5}	\N	2026-11-29 23:31:03.64+00
10	ORDERS	00000000-0000-4000-8000-000000000003	3	ITEM_ADDED	{"sku": "S3", "price": 9.5}	\N	2026-11-29 23:31:03.641+00
11	ORDERS	00000000-0000-4000-8000-000000000003	4	ITEM_ADDED	{"sku": "S4", "price": 9.5}	\N	2026-11-29 23:31:03.643+00
12	ORDERS	00000000-0000-4000-8000-000000000003	5	ITEM_ADDED	{"sku": "S5", "price": 9.5}	\N	2026-11-29 23:31:03.644+00
13	ACCOUNTS	00000000-0000-4000-8000-000000000009	1	ACCOUNT_OPENED	\N	\N	2026-11-29 23:31:03.644+00
\.


--
-- Name: event_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.event_id_seq', 13, true);


--
-- Name: event event_aggregate_name_aggregate_id_version_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_aggregate_name_aggregate_id_version_key UNIQUE (aggregate_name, aggregate_id, version);


--
-- Name: event event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (id);


--
-- Name: idx_event_aggregate_lookup; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_event_aggregate_lookup ON public.event USING btree (aggregate_name, aggregate_id);


--
-- Name: idx_event_aggregate_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_event_aggregate_name ON public.event USING btree (aggregate_name);


--
-- Name: idx_event_version; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idx_event_version ON public.event USING btree (version);


--
-- PostgreSQL database dump complete
--


