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

--
-- Name: depeche_storage_new_msg_shop(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.depeche_storage_new_msg_shop() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        DECLARE
        BEGIN
          PERFORM pg_notify(
            'depeche_shop_messages',
            json_build_object(
                'message_id', NEW.message_id,
                'stream', NEW.stream,
                'version', NEW.version,
                'global_position', NEW.global_position
            )::text);
          RETURN NEW;
        END;
        $$;


--
-- Name: depeche_stream_new_msg_orders(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.depeche_stream_new_msg_orders() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        DECLARE
        BEGIN
          PERFORM pg_notify(
            'depeche_orders_messages',
            json_build_object(
                'message_id', NEW.message_id,
                'partition', NEW.partition,
                'position', NEW.position
            )::text);
          RETURN NEW;
        END;
        $$;


--
-- Name: depeche_write_message_shop(uuid, character varying, json, bigint); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.depeche_write_message_shop(message_id uuid, stream character varying, message json, expected_version bigint DEFAULT NULL::bigint, OUT version bigint, OUT global_position bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
        DECLARE
          _stream_hash bigint;
          _stream_version bigint;
          _next_version bigint;
          _next_global_position bigint;
        BEGIN
          _stream_hash := left('x' || md5(depeche_write_message_shop.stream), 17)::bit(64)::bigint;
          PERFORM pg_advisory_xact_lock(_stream_hash);

          SELECT
            max(depeche_msgs_shop.version) into _stream_version
          FROM
            depeche_msgs_shop
          WHERE
            depeche_msgs_shop.stream = depeche_write_message_shop.stream;

          IF _stream_version IS NULL THEN
            _stream_version := 0;
          END IF;

          IF depeche_write_message_shop.expected_version IS NOT NULL THEN
            IF depeche_write_message_shop.expected_version != _stream_version THEN
              RAISE EXCEPTION
                'Wrong expected version: % (Stream: %, Stream Version: %)',
                depeche_write_message_shop.expected_version,
                depeche_write_message_shop.stream,
                _stream_version;
            END IF;
          END IF;

          _next_version := _stream_version + 1;
          _next_global_position := nextval('depeche_msgs_shop_global_seq');

          INSERT INTO depeche_msgs_shop
            (
              message_id,
              stream,
              version,
              message,
              global_position
            )
          VALUES
            (
              depeche_write_message_shop.message_id,
              depeche_write_message_shop.stream,
              _next_version,
              depeche_write_message_shop.message,
              _next_global_position
            )
          ;

          version := _next_version;
          global_position := _next_global_position;
        END;
        $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: depeche_msgs_shop; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.depeche_msgs_shop (
    message_id uuid NOT NULL,
    global_position integer NOT NULL,
    added_at timestamp without time zone DEFAULT now() NOT NULL,
    stream character varying(255) NOT NULL,
    version integer NOT NULL,
    message jsonb NOT NULL
);


--
-- Name: depeche_msgs_shop_global_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.depeche_msgs_shop_global_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: depeche_stream_orders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.depeche_stream_orders (
    message_id uuid NOT NULL,
    origin_stream character varying(255) NOT NULL,
    origin_stream_version integer NOT NULL,
    partition integer NOT NULL,
    "position" integer NOT NULL,
    message_occurred_at timestamp without time zone NOT NULL,
    origin_stream_global_position integer NOT NULL,
    origin_stream_added_at timestamp without time zone NOT NULL
);


--
-- Name: depeche_stream_orders_maxpos; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.depeche_stream_orders_maxpos (
    partition integer NOT NULL,
    max_position integer NOT NULL
);


--
-- Data for Name: depeche_msgs_shop; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.depeche_msgs_shop (message_id, global_position, added_at, stream, version, message) FROM stdin;
fbc01d50-6ef1-4aff-b6e3-255112344c6b	1	2026-11-29 23:35:17.664444	order-1	1	{"customer": "Ada", "event_id": "fbc01d50-6ef1-4aff-b6e3-255112344c6b", "happened_at": "2026-11-29T23:35:17.661057", "__typename__": "OrderPlaced"}
bdd243aa-8250-4d16-877b-bfd948a9895c	2	2026-11-29 23:35:17.669696	order-1	2	{"sku": "S0", "price": "9.50", "event_id": "bdd243aa-8250-4d16-877b-bfd948a9895c", "happened_at": "2026-11-29T23:35:17.669026", "__typename__": "ItemAdded"}
49e5e35d-48ec-44ac-907c-4213a1af6090	3	2026-11-29 23:35:17.670888	order-1	3	{"sku": "S1", "price": "9.50", "event_id": "49e5e35d-48ec-44ac-907c-4213a1af6090", "happened_at": "2026-11-29T23:35:17.670522", "__typename__": "ItemAdded"}
befaf7b6-b86c-4d95-bdd0-96cba2ac81db	4	2026-11-29 23:35:17.681924	order-2	1	{"customer": "Ada", "event_id": "befaf7b6-b86c-4d95-bdd0-96cba2ac81db", "happened_at": "2026-11-29T23:35:17.681359", "__typename__": "OrderPlaced"}
a412af45-d674-41be-be2f-8312a0852f07	5	2026-11-29 23:35:17.683127	order-2	2	{"sku": "S0", "price": "9.50", "event_id": "a412af45-d674-41be-be2f-8312a0852f07", "happened_at": "2026-11-29T23:35:17.682746", "__typename__": "ItemAdded"}
4b4a65b4-269a-4dc5-a7c4-1fde443bcc1e	6	2026-11-29 23:35:17.693706	order-2	3	{"sku": "S1", "price": "9.50", "event_id": "4b4a65b4-269a-4dc5-a7c4-1fde443bcc1e", "happened_at": "2026-11-29T23:35:17.693078", "__typename__": "ItemAdded"}
018bf21a-f0a2-4628-b61b-3dcae1c0c334	7	2026-11-29 23:35:17.695373	order-2	4	{"sku": "S2", "price": "9.50", "event_id": "018bf21a-f0a2-4628-b61b-3dcae1c0c334", "happened_at": "2026-11-29T23:35:17.694846", "__typename__": "ItemAdded"}
96cf7f70-5ca4-4e0a-9783-e68f4c889110	8	2026-11-29 23:35:17.696572	order-3	1	{"customer": "Ada", "event_id": "96cf7f70-5ca4-4e0a-9783-e68f4c889110", "happened_at": "2026-11-29T23:35:17.696130", "__typename__": "OrderPlaced"}
97c35e09-8740-4987-8ae9-72e09bdc08b3	9	2026-11-29 23:35:17.697721	order-3	2	{"sku": "S0", "price": "9.50", "event_id": "97c35e09-8740-4987-8ae9-72e09bdc08b3", "happened_at": "2026-11-29T23:35:17.697337", "__typename__": "ItemAdded"}
6595dc89-8969-45c7-bbdd-a1c7eb582052	10	2026-11-29 23:35:17.698456	order-3	3	{"sku": "S1", "price": "9.50", "event_id": "6595dc89-8969-45c7-bbdd-a1c7eb582052", "happened_at": "2026-11-29T23:35:17.698157", "__typename__": "ItemAdded"}
00e68e9c-c064-4060-a9ab-b29c771aef9e	11	2026-11-29 23:35:17.706372	order-3	4	{"sku": "S2", "price": "9.50", "event_id": "00e68e9c-c064-4060-a9ab-b29c771aef9e", "happened_at": "2026-11-29T23:35:17.705853", "__typename__": "ItemAdded"}
0b67f1dd-a514-4428-8bc8-4701173d0c21	12	2026-11-29 23:35:17.710165	order-3	5	{"sku": "S3", "price": "9.50", "event_id": "0b67f1dd-a514-4428-8bc8-4701173d0c21", "happened_at": "2026-11-29T23:35:17.709695", "__typename__": "ItemAdded"}
\.


--
-- Data for Name: depeche_stream_orders; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.depeche_stream_orders (message_id, origin_stream, origin_stream_version, partition, "position", message_occurred_at, origin_stream_global_position, origin_stream_added_at) FROM stdin;
fbc01d50-6ef1-4aff-b6e3-255112344c6b	order-1	1	0	0	2026-11-29 23:35:17.661057	1	2026-11-29 23:35:17.664444
bdd243aa-8250-4d16-877b-bfd948a9895c	order-1	2	0	1	2026-11-29 23:35:17.669026	2	2026-11-29 23:35:17.669696
49e5e35d-48ec-44ac-907c-4213a1af6090	order-1	3	0	2	2026-11-29 23:35:17.670522	3	2026-11-29 23:35:17.670888
befaf7b6-b86c-4d95-bdd0-96cba2ac81db	order-2	1	0	3	2026-11-29 23:35:17.681359	4	2026-11-29 23:35:17.681924
a412af45-d674-41be-be2f-8312a0852f07	order-2	2	0	4	2026-11-29 23:35:17.682746	5	2026-11-29 23:35:17.683127
4b4a65b4-269a-4dc5-a7c4-1fde443bcc1e	order-2	3	0	5	2026-11-29 23:35:17.693078	6	2026-11-29 23:35:17.693706
018bf21a-f0a2-4628-b61b-3dcae1c0c334	order-2	4	0	6	2026-11-29 23:35:17.694846	7	2026-11-29 23:35:17.695373
96cf7f70-5ca4-4e0a-9783-e68f4c889110	order-3	1	0	7	2026-11-29 23:35:17.69613	8	2026-11-29 23:35:17.696572
97c35e09-8740-4987-8ae9-72e09bdc08b3	order-3	2	0	8	2026-11-29 23:35:17.697337	9	2026-11-29 23:35:17.697721
6595dc89-8969-45c7-bbdd-a1c7eb582052	order-3	3	0	9	2026-11-29 23:35:17.698157	10	2026-11-29 23:35:17.698456
00e68e9c-c064-4060-a9ab-b29c771aef9e	order-3	4	0	10	2026-11-29 23:35:17.705853	11	2026-11-29 23:35:17.706372
0b67f1dd-a514-4428-8bc8-4701173d0c21	order-3	5	0	11	2026-11-29 23:35:17.709695	12	2026-11-29 23:35:17.710165
\.


--
-- Data for Name: depeche_stream_orders_maxpos; Type: TABLE DATA; Schema: public; Owner: -
--

COPY public.depeche_stream_orders_maxpos (partition, max_position) FROM stdin;
0	11
\.


--
-- Name: depeche_msgs_shop_global_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.depeche_msgs_shop_global_seq', 12, true);


--
-- Name: depeche_msgs_shop depeche_msgs_shop_global_position_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.depeche_msgs_shop
    ADD CONSTRAINT depeche_msgs_shop_global_position_key UNIQUE (global_position);


--
-- Name: depeche_msgs_shop depeche_msgs_shop_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.depeche_msgs_shop
    ADD CONSTRAINT depeche_msgs_shop_pkey PRIMARY KEY (message_id);


--
-- Name: depeche_msgs_shop depeche_msgs_shop_version_uq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.depeche_msgs_shop
    ADD CONSTRAINT depeche_msgs_shop_version_uq UNIQUE (stream, version);


--
-- Name: depeche_stream_orders_maxpos depeche_stream_orders_maxpos_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.depeche_stream_orders_maxpos
    ADD CONSTRAINT depeche_stream_orders_maxpos_pkey PRIMARY KEY (partition);


--
-- Name: depeche_stream_orders depeche_stream_orders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.depeche_stream_orders
    ADD CONSTRAINT depeche_stream_orders_pkey PRIMARY KEY (message_id);


--
-- Name: depeche_stream_orders depeche_stream_orders_uq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.depeche_stream_orders
    ADD CONSTRAINT depeche_stream_orders_uq UNIQUE (partition, "position");


--
-- Name: ix_depeche_stream_orders_origin_stream_global_position; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_depeche_stream_orders_origin_stream_global_position ON public.depeche_stream_orders USING btree (origin_stream_global_position);


--
-- Name: ix_depeche_stream_orders_partition; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_depeche_stream_orders_partition ON public.depeche_stream_orders USING btree (partition);


--
-- Name: depeche_msgs_shop depeche_storage_new_msg_shop; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER depeche_storage_new_msg_shop AFTER INSERT ON public.depeche_msgs_shop FOR EACH ROW EXECUTE FUNCTION public.depeche_storage_new_msg_shop();


--
-- Name: depeche_stream_orders depeche_stream_new_msg_orders; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER depeche_stream_new_msg_orders AFTER INSERT ON public.depeche_stream_orders FOR EACH ROW EXECUTE FUNCTION public.depeche_stream_new_msg_orders();


--
-- PostgreSQL database dump complete
--


